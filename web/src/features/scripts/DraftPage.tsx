import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Input, Segmented, Spin } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { http, ok } from '@/api/client'
import type { Draft } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { Act } from '@/ui/Act'
import { dateAndTime } from '@/ui/format'
import { useAttempt, useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'
import { graphOf, type Graph } from './graph'
import { GraphForm } from './GraphForm'
import { readDocument, type Read } from './readDocument'
import './scripts.css'

const VIEWS = ['form', 'json'] as const
type View = (typeof VIEWS)[number]

export function DraftPage({ scriptId }: { scriptId: string }) {
  const { t } = useTranslation()
  const words = useWords()
  const [view, setView] = useState<View>('form')
  const params = { path: { script_id: scriptId } }
  const query = useQuery({
    queryKey: ['draft', scriptId],
    queryFn: () => ok(http.GET('/api/scripts/{script_id}/draft', { params })),
    refetchOnWindowFocus: false,
  })
  if (query.isError) {
    const retry = <Button onClick={() => void query.refetch()}>{t('app.retry')}</Button>
    return (
      <div className="page">
        <Alert type="error" showIcon title={words(query.error)} action={retry} />
      </div>
    )
  }
  if (query.data === undefined) {
    return (
      <div className="centred">
        <Spin />
      </div>
    )
  }
  return <Editor key={query.data.revision} draft={query.data} view={view} onView={setView} />
}

function Editor({ draft, view, onView }: { draft: Draft; view: View; onView: (view: View) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const attempt = useAttempt()
  const may = useMay()
  const cache = useQueryClient()
  const { tenant } = useSession()
  const { message, modal } = App.useApp()
  const before = JSON.stringify(draft.document, null, 2)
  const [typed, setTyped] = useState(before)
  const read = readDocument(typed)
  const isChanged = typed !== before
  const graph = 'document' in read ? graphOf(read.document) : null
  const write = (next: Graph) => setTyped(JSON.stringify(next, null, 2))
  const isForm = view === 'form' && graph !== null
  const wrongText = ({ wrong, at, detail }: Extract<Read, { wrong: string }>) => t(`scripts.${wrong}`, { where: at === null ? detail : t('scripts.place', { ...at }) })
  const params = { path: { script_id: draft.script_id } }

  const save = async () => {
    if (!('document' in read)) return
    const body = { document: read.document, revision: draft.revision }
    await attempt(async () => {
      cache.setQueryData(['draft', draft.script_id], await ok(http.PUT('/api/scripts/{script_id}/draft', { params, body })))
      void message.success(t('scripts.saved'))
    })
  }
  const publish = async () => {
    await attempt(async () => {
      const made = await ok(http.POST('/api/scripts/{script_id}/publish', { params, body: { revision: draft.revision } }))
      void message.success(t('scripts.publishedNow', { version: made.version }), 5)
      await cache.invalidateQueries({ queryKey: ['draft', draft.script_id] })
      await cache.invalidateQueries({ queryKey: ['scripts'] })
    })
  }
  const silentCount = new Set(draft.silent.map((sound) => sound.split('.')[0])).size
  const whyNotSave = !isChanged ? t('scripts.nothingToSave') : 'wrong' in read ? wrongText(read) : null
  const whyNotPublish = !may('scripts.publish')
    ? t('scripts.noPermission')
    : isChanged
      ? t('scripts.saveFirst')
      : draft.problems.length > 0
        ? t('scripts.solveFirst')
        : null
  return (
    <div className="page draft">
      <div className="draft-head">
        <Link to="/scripts">{t('scripts.back')}</Link>
        <h1>{text(draft.name)}</h1>
        <span className="draft-facts">
          {draft.published_version === null ? t('scripts.never') : t('scripts.version', { version: draft.published_version })} ·{' '}
          {t('scripts.revision', { revision: draft.revision, at: dateAndTime(draft.changed_at, language, tenant.timezone) })}
        </span>
        {may('scripts.edit') && (
          <>
            <Act whyNot={whyNotSave} act={() => void save()}>
              {t('scripts.save')}
            </Act>
            <Act type="primary" whyNot={whyNotPublish} act={() => void modal.confirm({ title: t('scripts.publish'), content: [t('scripts.confirm'), draft.silent.length > 0 ? t('scripts.silentOnPublish', { count: silentCount }) : ''].join(' '), onOk: publish })}>
              {t('scripts.publish')}
            </Act>
          </>
        )}
      </div>
      {!may('scripts.edit') && <Alert type="info" title={t('scripts.readOnly')} />}
      {'wrong' in read && <Alert type="error" showIcon title={wrongText(read)} role="alert" />}
      {isChanged && 'document' in read && <Alert type="info" title={t('scripts.unsaved')} role="status" />}
      {!isChanged && <Problems draft={draft} />}
      <Segmented<View>
        aria-label={t('scripts.views.label')}
        className="draft-views"
        value={isForm ? 'form' : 'json'}
        onChange={onView}
        options={VIEWS.map((value) => ({ value, label: t(`scripts.views.${value}`), disabled: value === 'form' && graph === null }))}
      />
      {graph === null && 'document' in read && <Alert type="warning" title={t('scripts.mendAsJson')} role="status" />}
      {isForm ? <GraphForm graph={graph} draft={draft} mayEdit={may('scripts.edit')} onChange={write} /> : <Json typed={typed} mayEdit={may('scripts.edit')} onType={setTyped} />}
    </div>
  )
}

function Json({ typed, mayEdit, onType }: { typed: string; mayEdit: boolean; onType: (typed: string) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <label className="sr-only" htmlFor="script-document">
        {t('scripts.document')}
      </label>
      <Input.TextArea id="script-document" className="draft-text" spellCheck={false} readOnly={!mayEdit} value={typed} onChange={(event) => onType(event.target.value)} />
    </>
  )
}

function Problems({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const text = useText()
  if (draft.problems.length === 0) return <Alert type="success" showIcon title={t('scripts.noProblems')} />
  const list = (
    <ul>
      {draft.problems.map((problem, index) => (
        <li key={index}>
          {problem.node !== null && <b>{t('scripts.atNode', { node: problem.node })} </b>}
          {text(problem.message)}
        </li>
      ))}
    </ul>
  )
  return <Alert type="warning" showIcon title={t('scripts.problems')} description={list} />
}
