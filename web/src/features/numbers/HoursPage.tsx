import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, Hours } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { Mark } from '@/ui/Mark'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { useText } from '@/ui/useLanguage'
import { HoursInput } from './HoursInput'
import { newWeek, type WrittenHours } from './week'

interface Values {
  name: Bilingual
  hours: WrittenHours
  is_active: boolean
}

export default function HoursPage() {
  const { t } = useTranslation()
  const text = useText()
  const mayChange = useMay()('routing.manage')
  const { tenant } = useSession()
  const query = useQuery({ queryKey: ['hours'], queryFn: () => ok(http.GET('/api/hours')) })
  const state = (isOpen: boolean) => <Mark kind={isOpen ? 'good' : 'quiet'}>{t(isOpen ? 'numbers.open' : 'numbers.closed')}</Mark>
  return (
    <RecordsPage<Hours, Values>
      title={t('numbers.hours.title')}
      lead={t('numbers.hours.lead')}
      query={query}
      rowKey="hours_id"
      isActive={(hours) => hours.is_active}
      mayChange={mayChange}
      addLabel={t('numbers.hours.add')}
      formTitle={(row) => (row === null ? t('numbers.hours.add') : text(row.name))}
      fields={() => [
        { kind: 'names', name: 'name', label: t('numbers.name') },
        { kind: 'own', name: 'hours', label: t('numbers.hours.times'), hint: t('numbers.hours.timesHint'), input: <HoursInput /> },
        { kind: 'check', name: 'is_active', label: t('numbers.hours.isActive'), hint: t('numbers.hours.isActiveHint') },
      ]}
      values={(row) => row ?? { name: {}, hours: newWeek(tenant.timezone), is_active: true }}
      save={(row, { name, hours, is_active }) => {
        const body = { name, hours, is_active }
        return row === null
          ? ok(http.POST('/api/hours', { body }))
          : ok(http.PUT('/api/hours/{hours_id}', { params: { path: { hours_id: row.hours_id } }, body, ...asSeen(row) }))
      }}
      columns={[
        { title: t('numbers.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('numbers.hours.timezone'), dataIndex: ['hours', 'timezone'] },
        { title: t('numbers.state'), dataIndex: 'is_open', render: state },
        { title: t('numbers.hours.exceptionsCount'), key: 'exceptions', align: 'right', render: (_, row) => Object.keys(row.hours.exceptions).length },
      ]}
    />
  )
}
