import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, Hours, NumberIn, Script, ServiceNumber } from '@/api/types'
import { useMay } from '@/features/people/session'
import { useHours } from '@/features/routing/useHours'
import { Mark } from '@/ui/Mark'
import { RecordsPage } from '@/ui/record/RecordsPage'
import type { Field } from '@/ui/record/fields'
import { useText } from '@/ui/useLanguage'

/** As the form holds it: one choice for the hours, the number's own among them. */
interface Values extends Omit<NumberIn, 'hours_id' | 'keeps_own_hours' | 'script_id'> {
  hours?: string | null
  script_id?: string | null
}

const OWN = '~own' // no id has such a sign

export default function NumbersPage() {
  const { t } = useTranslation()
  const text = useText()
  const mayChange = useMay()('numbers.manage')
  const query = useQuery({ queryKey: ['numbers'], queryFn: () => ok(http.GET('/api/numbers')) })
  const scripts = useQuery({ queryKey: ['scripts'], queryFn: () => ok(http.GET('/api/scripts')) }).data ?? []
  const hours = useHours()
  const script = (name: Bilingual | null, number: ServiceNumber) =>
    number.script_id === null ? t('numbers.none') : <Link to={`/scripts/${number.script_id}`}>{text(name) || number.script_id}</Link>
  const version = (value: number | null) => (value === null ? t('scripts.never') : t('scripts.version', { version: value }))
  const now = (isOpen: boolean) => <Mark kind={isOpen ? 'good' : 'quiet'}>{t(isOpen ? 'numbers.open' : 'numbers.closed')}</Mark>
  const hoursText = (id: string | null, row: ServiceNumber) =>
    id === null ? t(row.has_own_hours ? 'numbers.ownHours' : 'numbers.always') : text(hours.find((known) => known.hours_id === id)?.name)
  const save = (row: ServiceNumber | null, { hours: chosen, script_id, ...values }: Values) => {
    const body: NumberIn = { ...values, script_id: script_id ?? '', keeps_own_hours: chosen === OWN, hours_id: chosen === OWN ? null : (chosen ?? null) }
    return row === null
      ? ok(http.POST('/api/numbers', { body }))
      : ok(http.PUT('/api/numbers/{number_id}', { params: { path: { number_id: row.number_id } }, body, ...asSeen(row) }))
  }
  return (
    <RecordsPage<ServiceNumber, Values>
      title={t('numbers.title')}
      lead={t('numbers.lead')}
      query={query}
      rowKey="number_id"
      isActive={(number) => number.is_active}
      mayChange={mayChange}
      addLabel={t('numbers.add')}
      formTitle={(row) => row?.display ?? t('numbers.add')}
      fields={(row) => numberFields(row, { t, text, scripts, hours })}
      values={(row) => valuesOf(row, scripts)}
      save={save}
      columns={[
        { title: t('numbers.number'), dataIndex: 'display', className: 'digits' },
        { title: t('numbers.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('numbers.script'), dataIndex: 'script_name', render: script },
        { title: t('numbers.version'), dataIndex: 'script_version', render: version },
        { title: t('numbers.hoursOf'), dataIndex: 'hours_id', render: hoursText },
        { title: t('numbers.state'), dataIndex: 'is_open', render: now },
      ]}
    />
  )
}

function valuesOf(row: ServiceNumber | null, scripts: readonly Script[]): Values {
  if (row === null) return { number: '', name: {}, script_id: scripts[0]?.script_id ?? null, hours: null, blocked: [], is_active: true }
  const { number, name, script_id, hours_id, has_own_hours, blocked, is_active } = row
  return { number, name, script_id, hours: has_own_hours ? OWN : hours_id, blocked, is_active }
}

interface Around {
  t: TFunction
  text: (name: Bilingual) => string
  scripts: readonly Script[]
  hours: readonly Hours[]
}

function numberFields(row: ServiceNumber | null, { t, text, scripts, hours }: Around): Field[] {
  const named = hours.map(({ hours_id, name, is_active }) => ({ value: hours_id, label: text(name), disabled: !is_active }))
  const own = row?.has_own_hours === true ? [{ value: OWN, label: t('numbers.ownHours') }] : []
  return [
    { kind: 'text', name: 'number', label: t('numbers.number'), hint: t('numbers.numberHint'), isNeeded: true },
    { kind: 'names', name: 'name', label: t('numbers.name') },
    { kind: 'choice', name: 'script_id', label: t('numbers.script'), hint: t('numbers.scriptHint'), options: scripts.map(({ script_id, name }) => ({ value: script_id, label: text(name) || script_id })) },
    { kind: 'choice', name: 'hours', label: t('numbers.hoursOf'), without: t('numbers.always'), options: [...own, ...named] },
    { kind: 'lines', name: 'blocked', label: t('numbers.blocked'), hint: t('numbers.blockedHint'), placeholder: '+86755' },
    { kind: 'check', name: 'is_active', label: t('numbers.isActive'), hint: t('numbers.isActiveHint') },
  ]
}
