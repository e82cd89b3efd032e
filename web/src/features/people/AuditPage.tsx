/** Who changed, heard or opened what, newest first: what it was, what it is. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert, Button, Select, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { AuditEntry } from '@/api/types'
import { useEverybody } from '@/features/calls/useDirectory'
import { dateAndTime } from '@/ui/format'
import { useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'
import { useActionText, useFieldText, useValueText, AUDIT_KINDS, type AuditKind } from './auditText'
import { useSession } from './session'
import '@/ui/record/record.css'
import './audit.css'

interface Filters {
  user_id?: string
  kind?: AuditKind
}

export default function AuditPage() {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const [filters, setFilters] = useState<Filters>({})
  const everybody = useEverybody()
  const columns = useColumns()
  const query = useInfiniteQuery({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam }) => ok(http.GET('/api/audit', { params: { query: { ...filters, limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
  const change = (part: { [K in keyof Filters]: Filters[K] | undefined }) =>
    setFilters(Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([, value]) => value !== undefined)))
  return (
    <div className="page">
      <h1>{t('people.audit.title')}</h1>
      <div className="record-filters">
        <Select
          aria-label={t('people.audit.who')}
          placeholder={t('people.audit.anybody')}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          style={{ width: 220 }}
          options={everybody.map((user) => ({ value: user.user_id, label: `${text(user.name)} (${user.username})` }))}
          onChange={(user_id?: string) => change({ user_id })}
        />
        <Select
          aria-label={t('people.audit.kind')}
          placeholder={t('people.audit.anything')}
          allowClear
          style={{ width: 180 }}
          options={AUDIT_KINDS.map((kind) => ({ value: kind, label: t(`people.audit.kinds.${kind}`) }))}
          onChange={(kind?: AuditKind) => change({ kind })}
        />
      </div>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<AuditEntry>
        size="small"
        rowKey={(entry) => `${entry.occurred_at} ${entry.action} ${entry.subject}`}
        columns={columns}
        dataSource={query.data?.pages.flatMap((page) => page.items) ?? []}
        loading={query.isFetching}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
      />
      {query.hasNextPage && (
        <Button className="load-more" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('app.loadMore')}
        </Button>
      )}
    </div>
  )
}

function useColumns(): TableColumnsType<AuditEntry> {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const { tenant } = useSession()
  const everybody = useEverybody()
  const actionText = useActionText()
  const nameOf = (userId: string) => text(everybody.find((user) => user.user_id === userId)?.name) || userId
  const who = ({ user_id, facts }: AuditEntry) => (user_id === null ? (facts['by'] ?? t('people.audit.nobody')) : nameOf(user_id))
  const subject = ({ action, subject, facts }: AuditEntry) => facts['name'] ?? (/^(user|password)\./.test(action) ? nameOf(subject) : subject)
  return [
    { title: t('people.audit.when'), dataIndex: 'occurred_at', className: 'digits', render: (at: string) => dateAndTime(at, language, tenant.timezone) },
    { title: t('people.audit.who'), key: 'who', render: (_, entry) => who(entry) },
    { title: t('people.audit.what'), dataIndex: 'action', render: (action: string) => actionText(action) },
    { title: t('people.audit.subject'), key: 'subject', render: (_, entry) => <span className="audit-subject">{subject(entry)}</span> },
    { title: t('people.audit.changes'), key: 'changes', render: (_, entry) => <Changes entry={entry} /> },
    { title: t('people.audit.from'), dataIndex: 'source', className: 'digits' },
  ]
}

function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const fieldText = useFieldText()
  const valueText = useValueText()
  const isNew = entry.action.endsWith('.added')
  return (
    <ul className="audit-changes">
      {entry.changes.map(({ field, before, after }) => (
        <li key={field}>
          {fieldText(field)}
          {t('people.audit.colon')}
          {!isNew && (
            <>
              <del>{valueText(before)}</del> → {' '}
            </>
          )}
          <ins>{valueText(after)}</ins>
        </li>
      ))}
    </ul>
  )
}
