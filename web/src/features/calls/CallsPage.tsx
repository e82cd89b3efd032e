/** All calls, newest first, for those who answer for them. One opened: everything that happened to it. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert, Button, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Call } from '@/api/types'
import { useSession } from '@/features/people/session'
import { Mark, type MarkKind } from '@/ui/Mark'
import { dateAndTime, duration } from '@/ui/format'
import { useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'
import { CallDrawer } from './CallDrawer'
import { DEMONSTRATION } from './demonstration'
import { CallFilters, type Filters } from './CallFilters'
import { useOutcomeText } from './eventText'
import { useDirectory } from './useDirectory'
import { useDispositionText } from './useDispositionText'
import { useNumber } from './useNumber'
import './callsPage.css'

const KINDS: Readonly<Record<string, MarkKind>> = {
  LIVE: 'live',
  ANSWERED: 'good',
  TRANSFERRED: 'good',
  ABANDONED_IN_QUEUE: 'poor',
  ABANDONED_RINGING: 'poor',
  FAILED: 'bad',
}

export default function CallsPage() {
  const { t } = useTranslation()
  const words = useWords()
  const [filters, setFilters] = useState<Filters>({})
  const [opened, setOpened] = useState<string | null>(null)
  const columns = useColumns(setOpened)
  const query = useInfiniteQuery({
    queryKey: ['calls', filters],
    queryFn: ({ pageParam }) => ok(http.GET('/api/calls', { params: { query: { ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
  return (
    <div className="page">
      <h1>{t('calls.list.title')}</h1>
      <CallFilters filters={filters} change={setFilters} />
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<Call>
        size="small"
        rowKey="call_id"
        columns={columns}
        dataSource={query.data?.pages.flatMap((page) => page.items) ?? []}
        loading={query.isFetching}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('calls.list.empty') }}
        onRow={(call) => ({ onClick: () => setOpened(call.call_id), className: 'call-row' })}
      />
      {query.hasNextPage && (
        <Button className="load-more" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('app.loadMore')}
        </Button>
      )}
      <CallDrawer callId={opened} onClose={() => setOpened(null)} />
    </div>
  )
}

function useColumns(open: (callId: string) => void): TableColumnsType<Call> {
  const { t } = useTranslation()
  const language = useLanguage()
  const text = useText()
  const { tenant } = useSession()
  const { queueName, agentName } = useDirectory()
  const dispositionText = useDispositionText()
  const outcomeText = useOutcomeText()
  const number = useNumber()
  const shown = (s: number | null) => (s === null ? '' : duration(s))
  return [
    {
      title: t('calls.list.time'),
      dataIndex: 'arrived_at',
      render: (at: string, call) => (
        <button
          type="button"
          className="link digits"
          onClick={(event) => {
            event.stopPropagation()
            open(call.call_id)
          }}
        >
          {dateAndTime(at, language, tenant.timezone)}
        </button>
      ),
    },
    { title: t('calls.list.caller'), dataIndex: 'caller', render: (caller: string) => <span className="digits">{number(caller)}</span> },
    {
      title: t('calls.list.customer'),
      dataIndex: 'customer_name',
      render: (name: string | null, call) => (
        <>
          {name} {call.peer === DEMONSTRATION && <Mark kind="quiet">{t('calls.list.demonstration')}</Mark>}
        </>
      ),
    },
    { title: t('calls.list.queue'), dataIndex: 'queue_id', render: (id: string | null) => text(queueName(id)) },
    { title: t('calls.list.agent'), dataIndex: 'agent_id', render: (id: string | null) => text(agentName(id)) },
    { title: t('calls.list.outcome'), dataIndex: 'outcome', render: (outcome: string) => <Mark kind={KINDS[outcome] ?? 'quiet'}>{outcomeText(outcome)}</Mark> },
    { title: t('calls.list.wait'), dataIndex: 'wait_s', align: 'right', className: 'digits', render: shown },
    { title: t('calls.list.talk'), dataIndex: 'talk_s', align: 'right', className: 'digits', render: shown },
    {
      title: t('calls.list.disposition'),
      dataIndex: 'disposition',
      render: (code: string | null, call) => (call.is_unregistered ? <Mark kind="poor">{dispositionText(code)}</Mark> : dispositionText(code)),
    },
    { title: t('calls.list.recording'), dataIndex: 'recording_s', align: 'right', className: 'digits', render: shown },
  ]
}
