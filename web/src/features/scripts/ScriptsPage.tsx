/** Call scripts: the list, and the draft of one as JSON. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, Route, Routes, useParams } from 'react-router'

import { http, ok } from '@/api/client'
import type { Script } from '@/api/types'
import { useSession } from '@/features/people/session'
import { dateAndTime } from '@/ui/format'
import { ListPage } from '@/ui/ListPage'
import { useLanguage, useText } from '@/ui/useLanguage'
import { DraftPage } from './DraftPage'

export default function ScriptsPage() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path=":scriptId" element={<Opened />} />
    </Routes>
  )
}

function Opened() {
  const { scriptId = '' } = useParams()
  return <DraftPage key={scriptId} scriptId={scriptId} />
}

function List() {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const { tenant } = useSession()
  const query = useQuery({ queryKey: ['scripts'], queryFn: () => ok(http.GET('/api/scripts')) })
  const at = (instant: string | null) => (instant === null ? '' : dateAndTime(instant, language, tenant.timezone))
  const name = (_: unknown, script: Script) => <Link to={script.script_id}>{text(script.name)}</Link>
  const version = (value: number | null) => (value === null ? t('scripts.never') : t('scripts.version', { version: value }))
  return (
    <ListPage
      title={t('scripts.title')}
      query={query}
      rowKey="script_id"
      columns={[
        { title: t('scripts.name'), dataIndex: 'name', render: name },
        { title: t('scripts.published'), dataIndex: 'published_version', render: version },
        { title: t('scripts.publishedAt'), dataIndex: 'published_at', className: 'digits', render: at },
        { title: t('scripts.draftChanged'), dataIndex: 'draft_changed_at', className: 'digits', render: at },
      ]}
    />
  )
}
