/** Call scripts: which there are, a new one, and the draft of each. */
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link, Route, Routes, useParams } from 'react-router'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, NewScript, Script } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { dateAndTime } from '@/ui/format'
import type { Field, Option } from '@/ui/record/fields'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { useLanguage, useText } from '@/ui/useLanguage'
import { DraftPage } from './DraftPage'
import { useQueueOptions } from './useQueueOptions'

type Template = Extract<NewScript['begin'], { kind: 'template' }>['template']
const TEMPLATES: readonly Template[] = ['person', 'menu', 'voicemail']
const COPY = 'copy:' // no template is called so

/** As the form holds it: a template, or `copy:` and a script. Faults of the server name `begin.queue_id`. */
interface Values {
  name: Bilingual
  from: string
  begin: { queue_id: string | null }
  is_active: boolean
}

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
  const mayChange = useMay()('scripts.edit')
  const { tenant } = useSession()
  const query = useQuery({ queryKey: ['scripts'], queryFn: () => ok(http.GET('/api/scripts')) })
  const queues = useQueueOptions()
  const at = (instant: string | null) => (instant === null ? '' : dateAndTime(instant, language, tenant.timezone))
  const name = (_: unknown, script: Script) => <Link to={script.script_id}>{text(script.name)}</Link>
  const version = (value: number | null) => (value === null ? t('scripts.never') : t('scripts.version', { version: value }))
  const scripts = (query.data ?? []).map((one) => ({ value: COPY + one.script_id, label: t('scripts.copyOf', { name: text(one.name) }) }))
  return (
    <RecordsPage<Script, Values>
      title={t('scripts.title')}
      lead={t('scripts.lead')}
      query={query}
      rowKey="script_id"
      isActive={(script) => script.is_active}
      mayChange={mayChange}
      addLabel={t('scripts.add')}
      formTitle={(row) => (row === null ? t('scripts.add') : text(row.name))}
      fields={(row) => (row === null ? newFields(t, scripts, queues) : oldFields(t))}
      values={(row) => ({ name: row?.name ?? {}, from: 'menu', begin: { queue_id: queues.find((queue) => queue.disabled !== true)?.value ?? null }, is_active: row?.is_active ?? true })}
      save={save}
      columns={[
        { title: t('scripts.name'), dataIndex: 'name', render: name },
        { title: t('scripts.published'), dataIndex: 'published_version', render: version },
        { title: t('scripts.publishedAt'), dataIndex: 'published_at', className: 'digits', render: at },
        { title: t('scripts.draftChanged'), dataIndex: 'draft_changed_at', className: 'digits', render: at },
      ]}
    />
  )
}

function newFields(t: TFunction, scripts: readonly Option[], queues: readonly Option[]): Field[] {
  const templates = TEMPLATES.map((template) => ({ value: template, label: t(`scripts.templates.${template}`) }))
  return [
    { kind: 'names', name: 'name', label: t('scripts.name') },
    { kind: 'choice', name: 'from', label: t('scripts.from'), hint: t('scripts.fromHint'), options: [...templates, ...scripts] },
    { kind: 'choice', name: 'begin.queue_id', label: t('scripts.queue'), hint: t('scripts.queueHint'), options: queues, when: ({ from }) => !String(from).startsWith(COPY) },
  ]
}

function oldFields(t: TFunction): Field[] {
  return [
    { kind: 'names', name: 'name', label: t('scripts.name') },
    { kind: 'check', name: 'is_active', label: t('scripts.isActive'), hint: t('scripts.isActiveHint') },
  ]
}

function save(row: Script | null, { name, from, begin, is_active }: Values) {
  if (row !== null) return ok(http.PUT('/api/scripts/{script_id}', { params: { path: { script_id: row.script_id } }, body: { name, is_active }, ...asSeen(row) }))
  const beginning: NewScript['begin'] = from.startsWith(COPY)
    ? { kind: 'copy', script_id: from.slice(COPY.length) }
    : { kind: 'template', template: from as Template, queue_id: begin.queue_id ?? '' }
  return ok(http.POST('/api/scripts', { body: { name, begin: beginning } }))
}
