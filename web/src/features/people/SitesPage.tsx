import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, Site, SiteIn } from '@/api/types'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { useText } from '@/ui/useLanguage'
import { useMay, useSession } from './session'

export default function SitesPage() {
  const { t } = useTranslation()
  const text = useText()
  const mayChange = useMay()('users.manage')
  const { tenant } = useSession()
  const query = useQuery({ queryKey: ['sites'], queryFn: () => ok(http.GET('/api/sites')) })
  return (
    <RecordsPage<Site, SiteIn>
      title={t('people.sites.title')}
      lead={t('people.sites.lead')}
      query={query}
      rowKey="site_id"
      isActive={(site) => site.is_active}
      mayChange={mayChange}
      addLabel={t('people.sites.add')}
      formTitle={(row) => (row === null ? t('people.sites.add') : text(row.name))}
      fields={() => [
        { kind: 'names', name: 'name', label: t('people.teams.name') },
        { kind: 'text', name: 'timezone', label: t('people.sites.timezone'), isNeeded: true },
        { kind: 'check', name: 'is_active', label: t('people.sites.isActive') },
      ]}
      values={(row) => (row === null ? { name: {}, timezone: tenant.timezone, is_active: true } : { name: row.name, timezone: row.timezone, is_active: row.is_active })}
      save={(row, body) =>
        row === null
          ? ok(http.POST('/api/sites', { body }))
          : ok(http.PUT('/api/sites/{site_id}', { params: { path: { site_id: row.site_id } }, body, ...asSeen(row) }))
      }
      columns={[
        { title: t('people.teams.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('people.sites.timezone'), dataIndex: 'timezone' },
      ]}
    />
  )
}
