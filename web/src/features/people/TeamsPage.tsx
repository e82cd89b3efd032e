import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, Team, TeamIn } from '@/api/types'
import { useEverybody } from '@/features/calls/useDirectory'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { useText } from '@/ui/useLanguage'
import { useMay } from './session'

export default function TeamsPage() {
  const { t } = useTranslation()
  const text = useText()
  const mayChange = useMay()('users.manage')
  const everybody = useEverybody()
  const query = useQuery({ queryKey: ['teams'], queryFn: () => ok(http.GET('/api/teams')) })
  const sites = useQuery({ queryKey: ['sites'], queryFn: () => ok(http.GET('/api/sites')) }).data ?? []
  const nameOf = (id: string) => text(everybody.find((user) => user.user_id === id)?.name) || id
  return (
    <RecordsPage<Team, TeamIn>
      title={t('people.teams.title')}
      lead={t('people.teams.lead')}
      query={query}
      rowKey="team_id"
      isActive={(team) => team.is_active}
      mayChange={mayChange}
      addLabel={t('people.teams.add')}
      formTitle={(row) => (row === null ? t('people.teams.add') : text(row.name))}
      fields={() => [
        { kind: 'names', name: 'name', label: t('people.teams.name') },
        {
          kind: 'choice',
          name: 'site_id',
          label: t('people.teams.site'),
          without: t('people.teams.noSite'),
          options: sites.map(({ site_id, name, is_active }) => ({ value: site_id, label: text(name), disabled: !is_active })),
        },
        { kind: 'check', name: 'is_active', label: t('people.teams.isActive'), hint: t('people.teams.isActiveHint') },
      ]}
      values={(row) => (row === null ? { name: {}, site_id: null, is_active: true } : { name: row.name, site_id: row.site_id, is_active: row.is_active })}
      save={(row, { site_id, ...values }) => {
        const body = { ...values, site_id: site_id ?? null }
        return row === null
          ? ok(http.POST('/api/teams', { body }))
          : ok(http.PUT('/api/teams/{team_id}', { params: { path: { team_id: row.team_id } }, body, ...asSeen(row) }))
      }}
      columns={[
        { title: t('people.teams.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('people.teams.site'), dataIndex: 'site_id', render: (id: string | null) => text(sites.find((site) => site.site_id === id)?.name) },
        { title: t('people.teams.members'), dataIndex: 'members_count', align: 'right' },
        { title: t('people.teams.leads'), dataIndex: 'leads', render: (ids: string[]) => ids.map(nameOf).join(' · ') },
      ]}
    />
  )
}
