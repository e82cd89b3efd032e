/** Who is to be called back, and what became of others: where he stands, what was tried, and taking it back. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Popconfirm, Segmented, Select, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Callback } from '@/api/types'
import { CallDrawer } from '@/features/calls/CallDrawer'
import { useDirectory } from '@/features/calls/useDirectory'
import { useNumber } from '@/features/calls/useNumber'
import { useMay, useSession } from '@/features/people/session'
import { dayAndMinute } from '@/ui/format'
import { Mark, type MarkKind } from '@/ui/Mark'
import { useAttempt, useWords } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useLanguage, useText } from '@/ui/useLanguage'
import type { zh } from './texts'
import '@/ui/record/record.css'
import '@/features/calls/callsPage.css'

type Which = 'open' | 'ended' | 'all'
type State = keyof typeof zh.states
type Ending = NonNullable<Callback['ending']>

const ASK_AGAIN_MS = 3000 // places and states move by themselves, and are not told live
const STATES: Readonly<Record<State, MarkKind>> = { waiting: 'poor', offered: 'live', dialled: 'live', asleep: 'quiet', ended: 'quiet' }
const ENDINGS: Readonly<Record<Ending, MarkKind>> = { connected: 'good', called_in: 'good', cancelled: 'quiet', given_up: 'bad', expired: 'bad' }

export default function CallbacksPage() {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const { queues } = useDirectory()
  const [which, setWhich] = useState<Which>('open')
  const [queueId, setQueueId] = useState<string | undefined>()
  const [opened, setOpened] = useState<string | null>(null)
  const columns = useColumns(setOpened)
  const filters = { ...(which === 'all' ? {} : { is_open: which === 'open' }), ...(queueId === undefined ? {} : { queue_id: queueId }) }
  const query = useInfiniteQuery({
    queryKey: ['callbacks', filters],
    queryFn: ({ pageParam }) => ok(http.GET('/api/callbacks', { params: { query: { ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ASK_AGAIN_MS,
  })
  return (
    <div className="page">
      <h1>{t('callbacks.title')}</h1>
      <p className="faint">{t('callbacks.lead')}</p>
      <div className="call-filters">
        <Segmented<Which>
          aria-label={t('callbacks.which')}
          value={which}
          onChange={setWhich}
          options={(['open', 'ended', 'all'] as const).map((value) => ({ value, label: t(`callbacks.${value}`) }))}
        />
        <Select
          allowClear
          aria-label={t('callbacks.queue')}
          placeholder={t('callbacks.anyQueue')}
          value={queueId ?? null}
          onChange={(value: string | null | undefined) => setQueueId(value ?? undefined)}
          options={queues.map((queue) => ({ value: queue.queue_id, label: text(queue.name) }))}
          popupMatchSelectWidth={false}
        />
      </div>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<Callback>
        size="small"
        rowKey="call_id"
        columns={columns}
        dataSource={query.data?.pages.flatMap((page) => page.items) ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('callbacks.empty') }}
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

function useColumns(open: (callId: string) => void): TableColumnsType<Callback> {
  const { t } = useTranslation()
  const language = useLanguage()
  const text = useText()
  const may = useMay()
  const { tenant } = useSession()
  const { queueName, agentName } = useDirectory()
  const number = useNumber()
  const at = (instant: string | null) => (instant === null ? '' : dayAndMinute(instant, language, tenant.timezone))
  return [
    {
      title: t('callbacks.asked'),
      dataIndex: 'asked_at',
      render: (asked: string, row) => (
        <button type="button" className="link digits" onClick={() => open(row.call_id)}>
          {at(asked)}
        </button>
      ),
    },
    { title: t('callbacks.number'), dataIndex: 'number', render: (shown: string) => <span className="digits">{number(shown)}</span> },
    { title: t('callbacks.customer'), dataIndex: 'customer_name' },
    { title: t('callbacks.queue'), dataIndex: 'queue_id', render: (id: string) => text(queueName(id)) },
    { title: t('callbacks.state'), key: 'state', render: (_, row) => <Standing row={row} /> },
    { title: t('callbacks.place'), dataIndex: 'position', align: 'right', className: 'digits' },
    { title: t('callbacks.waiting'), key: 'waiting', align: 'right', className: 'digits', render: (_, row) => (row.ended_at === null ? <Since instant={row.waiting_since} /> : '') },
    { title: t('callbacks.attempts'), dataIndex: 'attempts', align: 'right', className: 'digits' },
    { title: t('callbacks.next'), key: 'next', className: 'digits', render: (_, row) => (row.state === 'asleep' ? at(row.next_at) : '') },
    { title: t('callbacks.expires'), key: 'expires', className: 'digits', render: (_, row) => (row.ended_at === null ? at(row.expires_at) : '') },
    { title: t('callbacks.agent'), dataIndex: 'agent_id', render: (id: string | null) => text(agentName(id)) },
    ...(may('calls.supervise') ? [{ key: 'cancel', title: <span className="sr-only">{t('callbacks.cancel')}</span>, render: (_: unknown, row: Callback) => row.ended_at === null && <Cancel row={row} /> }] : []),
  ]
}

function Standing({ row }: { row: Callback }) {
  const { t } = useTranslation()
  if (row.ending !== null) return <Mark kind={ENDINGS[row.ending]}>{t(`callbacks.endings.${row.ending}`)}</Mark>
  const state = row.state as State
  return <Mark kind={STATES[state]}>{t(`callbacks.states.${state}`)}</Mark>
}

function Cancel({ row }: { row: Callback }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const cancel = async () => {
    const isDone = await attempt(() => ok(http.DELETE('/api/callbacks/{call_id}', { params: { path: { call_id: row.call_id } } })))
    if (isDone) void message.success(t('callbacks.cancelled'))
    await cache.invalidateQueries({ queryKey: ['callbacks'] })
  }
  return (
    <Popconfirm title={t('callbacks.cancelAsk')} description={t('callbacks.cancelWhat')} okText={t('callbacks.cancel')} cancelText={t('callbacks.keep')} okButtonProps={{ danger: true }} onConfirm={cancel}>
      <Button size="small" danger>
        {t('callbacks.cancel')}
      </Button>
    </Popconfirm>
  )
}
