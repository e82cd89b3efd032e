import { Button, Checkbox, DatePicker, Input, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Outcome } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { useText } from '@/ui/useLanguage'
import { instantAt } from '@/ui/zone'
import { useOutcomeText } from './eventText'
import { zh } from './texts'
import { useDirectory } from './useDirectory'

export interface Filters {
  queue_id?: string
  agent_id?: string
  outcome?: Outcome
  caller?: string
  since?: string
  until?: string
  unregistered?: true
}

const OUTCOMES = Object.keys(zh.outcome) as Outcome[]

export function CallFilters({ filters, change }: { filters: Filters; change: (filters: Filters) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const may = useMay()
  const outcomeText = useOutcomeText()
  const { queues, agents } = useDirectory()
  const [round, setRound] = useState(0) // a new round empties the fields that keep their own text
  const set = (next: Partial<Record<keyof Filters, string | true | undefined>>) => {
    const given = Object.entries({ ...filters, ...next }).filter(([, value]) => value !== undefined && value !== '')
    change(Object.fromEntries(given))
  }
  const choose = (name: 'queue_id' | 'agent_id' | 'outcome', label: string, options: { value: string; label: string }[]) => (
    <Select
      allowClear
      aria-label={label}
      placeholder={label}
      value={filters[name] ?? null}
      onChange={(value: string | undefined | null) => set({ [name]: value ?? undefined })}
      options={options}
      popupMatchSelectWidth={false}
    />
  )
  const { tenant } = useSession()
  const at = (picked: Dayjs | null | undefined) => (picked == null ? undefined : instantAt(picked.format('YYYY-MM-DDTHH:mm'), tenant.timezone))
  const times = (range: (Dayjs | null)[] | null) => set({ since: at(range?.[0]), until: at(range?.[1]) })
  return (
    <div className="call-filters" key={round}>
      <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" placeholder={[t('calls.list.from'), t('calls.list.to')]} onChange={times} />
      {choose('queue_id', t('calls.list.queue'), queues.map((queue) => ({ value: queue.queue_id, label: text(queue.name) })))}
      {may('users.read') && choose('agent_id', t('calls.list.agent'), agents.map((agent) => ({ value: agent.user_id, label: text(agent.name) })))}
      {choose('outcome', t('calls.list.outcome'), OUTCOMES.map((outcome) => ({ value: outcome, label: outcomeText(outcome) })))}
      {may('customers.see_numbers') && (
        <Input.Search allowClear aria-label={t('calls.list.search')} placeholder={t('calls.list.search')} onSearch={(number) => set({ caller: number.replace(/[^\d+]/g, '') })} />
      )}
      <Checkbox checked={filters.unregistered === true} onChange={({ target }) => set({ unregistered: target.checked || undefined })}>
        {t('calls.list.unregistered')}
      </Checkbox>
      <Button
        onClick={() => {
          setRound(round + 1)
          change({})
        }}
      >
        {t('calls.list.clear')}
      </Button>
    </div>
  )
}
