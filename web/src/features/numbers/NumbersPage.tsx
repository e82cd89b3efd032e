import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Bilingual } from '@/api/types'
import { ListPage } from '@/ui/ListPage'
import { Mark } from '@/ui/Mark'
import { useText } from '@/ui/useLanguage'

export default function NumbersPage() {
  const { t } = useTranslation()
  const text = useText()
  const query = useQuery({ queryKey: ['numbers'], queryFn: () => ok(http.GET('/api/numbers')) })
  const orNone = (value: string | number | null) => value ?? t('numbers.none')
  const state = (isOpen: boolean) => <Mark kind={isOpen ? 'good' : 'quiet'}>{t(isOpen ? 'numbers.open' : 'numbers.closed')}</Mark>
  return (
    <ListPage
      title={t('numbers.title')}
      query={query}
      rowKey="number_id"
      columns={[
        { title: t('numbers.number'), dataIndex: 'display', className: 'digits' },
        { title: t('numbers.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('numbers.script'), dataIndex: 'script_id', render: orNone },
        { title: t('numbers.version'), dataIndex: 'script_version', align: 'right', render: orNone },
        { title: t('numbers.state'), dataIndex: 'is_open', render: state },
      ]}
    />
  )
}
