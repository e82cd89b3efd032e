import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Role } from '@/api/types'
import { useText } from '@/ui/useLanguage'
import { ROLES, type Around } from './personForm'

export interface Filters {
  text?: string
  role?: Role
  queue_id?: string
  team_id?: string
  active?: boolean
}

export function PeopleFilters({ filters, change, around }: { filters: Filters; change: (filters: Filters) => void; around: Around }) {
  const { t } = useTranslation()
  const text = useText()
  const set = (part: { [K in keyof Filters]: Filters[K] | undefined }) =>
    change(Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([, value]) => value !== undefined && value !== '')))
  return (
    <div className="record-filters">
      <Input.Search
        aria-label={t('people.filters.text')}
        placeholder={t('people.filters.text')}
        allowClear
        style={{ width: 240 }}
        onSearch={(words) => set({ text: words.trim() })}
      />
      <Select
        aria-label={t('people.users.roles')}
        placeholder={t('people.users.roles')}
        allowClear
        style={{ width: 130 }}
        options={ROLES.map((role) => ({ value: role, label: t(`app.roles.${role}`) }))}
        onChange={(role?: Role) => set({ role })}
      />
      <Select
        aria-label={t('people.users.queues')}
        placeholder={t('people.users.queues')}
        allowClear
        style={{ width: 150 }}
        options={around.queues.map(({ queue_id, name }) => ({ value: queue_id, label: text(name) }))}
        onChange={(queue_id?: string) => set({ queue_id })}
      />
      <Select
        aria-label={t('people.users.team')}
        placeholder={t('people.users.team')}
        allowClear
        style={{ width: 150 }}
        options={around.teams.map(({ team_id, name }) => ({ value: team_id, label: text(name) }))}
        onChange={(team_id?: string) => set({ team_id })}
      />
      <Select
        aria-label={t('app.record.state')}
        placeholder={t('app.record.state')}
        allowClear
        style={{ width: 110 }}
        options={[
          { value: 'yes', label: t('app.record.active') },
          { value: 'no', label: t('app.record.closed') },
        ]}
        onChange={(state?: string) => set({ active: state === undefined ? undefined : state === 'yes' })}
      />
    </div>
  )
}
