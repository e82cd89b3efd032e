/** Who waits in a queue, who is next first: how urgent he is, what he asks for and where he waits can be changed. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Drawer, Table, type TableColumnsType } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { QueueView, Waiting } from '@/api/types'
import { useNumber } from '@/features/calls/useNumber'
import { Mark } from '@/ui/Mark'
import { useAttempt, useWords } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { useWaitText } from '@/ui/waits/waits'
import { useNeedsText } from './skills'
import { WaitingDialog } from './WaitingDialog'
import '@/features/calls/callsPage.css'

const ASK_AGAIN_MS = 5000 // places and expected waits move though the queue's own figures stand still
const PRIORITY_MAX = 1000

export function WaitingDrawer({ queue, onClose }: { queue: QueueView; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const cache = useQueryClient()
  const [changing, setChanging] = useState<Waiting | null>(null)
  const path = { queue_id: queue.queue_id }
  const queryKey = ['waiting', queue.queue_id]
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => ok(http.GET('/api/supervision/queues/{queue_id}/waiting', { params: { path, query: { after: pageParam } } })),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next_after,
    refetchInterval: ASK_AGAIN_MS,
  })
  const again = () => void cache.invalidateQueries({ queryKey: ['waiting'] })
  useEffect(again, [cache, queue.waiting_count, queue.longest_since])
  const columns = useColumns(again, setChanging)
  return (
    <Drawer open title={t('supervision.waiting.title', { queue: text(queue.name) })} onClose={onClose} size={920} keyboard destroyOnHidden>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<Waiting>
        size="small"
        rowKey="call_id"
        columns={columns}
        dataSource={query.data?.pages.flatMap((page) => page.items) ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('supervision.waiting.none') }}
      />
      {query.hasNextPage && (
        <Button className="load-more" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('app.loadMore')}
        </Button>
      )}
      {changing !== null && <WaitingDialog call={changing} queueId={queue.queue_id} onDone={again} onClose={() => setChanging(null)} />}
    </Drawer>
  )
}

function useColumns(again: () => void, change: (call: Waiting) => void): TableColumnsType<Waiting> {
  const { t } = useTranslation()
  const waitText = useWaitText()
  const needsText = useNeedsText()
  const number = useNumber()
  return [
    { title: t('supervision.waiting.place'), dataIndex: 'position', align: 'right', className: 'digits' },
    { title: t('supervision.waiting.who'), key: 'who', render: (_, call) => <Who call={call} /> },
    { title: t('supervision.waiting.since'), dataIndex: 'waiting_since', align: 'right', className: 'digits', render: (since: string) => <Since instant={since} /> },
    { title: t('supervision.waiting.expected'), dataIndex: 'expected', render: (expected: Waiting['expected']) => (expected === null ? '—' : waitText(expected)) },
    { title: t('supervision.waiting.needs'), dataIndex: 'needs', render: (needs: Waiting['needs']) => needsText(needs) },
    { title: t('supervision.waiting.priority'), key: 'priority', render: (_, call) => <Priority call={call} again={again} /> },
    {
      title: <span className="sr-only">{t('supervision.waiting.acts')}</span>,
      key: 'acts',
      render: (_, call) => !call.is_callback && (
        <Button size="small" aria-label={t('supervision.waiting.changeOf', { who: number(call.number) })} onClick={() => change(call)}>
          {t('supervision.waiting.change')}
        </Button>
      ),
    },
  ]
}

function Who({ call }: { call: Waiting }) {
  const { t } = useTranslation()
  const number = useNumber()
  return (
    <>
      <span className="digits">{number(call.number)}</span> {call.customer_name} {call.level === 'vip' && <Mark kind="vip">{t('calls.card.vip')}</Mark>}{' '}
      {call.is_ringing && <Mark kind="live">{t('supervision.waiting.ringing')}</Mark>}
      {call.is_callback && <Mark kind="quiet">{t('supervision.waiting.callback')}</Mark>}
    </>
  )
}

function Priority({ call, again }: { call: Waiting; again: () => void }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const number = useNumber()
  if (call.is_callback) return call.priority
  const params = { path: { call_id: call.call_id } }
  const set = (priority: number) => void attempt(() => ok(http.POST('/api/supervision/calls/{call_id}/priority', { params, body: { priority } }))).then(again)
  const who = number(call.number)
  return (
    <span className="waiting-priority">
      <Button size="small" type="text" disabled={call.priority <= 0} aria-label={t('supervision.waiting.lower', { who })} onClick={() => set(Math.max(0, call.priority - 1))}>
        −
      </Button>
      <span className="digits">{call.priority}</span>
      <Button size="small" type="text" disabled={call.priority >= PRIORITY_MAX} aria-label={t('supervision.waiting.raise', { who })} onClick={() => set(call.priority + 1)}>
        +
      </Button>
    </span>
  )
}
