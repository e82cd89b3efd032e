/** What callers left for the queues one serves or answers for: listen, and say that it was seen to. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Segmented, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Message } from '@/api/types'
import { Player } from '@/features/calls/Player'
import { useDirectory } from '@/features/calls/useDirectory'
import { useNumber } from '@/features/calls/useNumber'
import { useSession } from '@/features/people/session'
import { dateAndTime, duration } from '@/ui/format'
import { useAttempt, useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'
import '@/ui/record/record.css'

const ASK_AGAIN_MS = 10_000

export default function MessagesPage() {
  const { t } = useTranslation()
  const words = useWords()
  const [isHandled, setHandled] = useState(false)
  const [heard, setHeard] = useState<string | null>(null)
  const query = useQuery({
    queryKey: ['messages', isHandled],
    queryFn: () => ok(http.GET('/api/messages', { params: { query: { is_handled: isHandled } } })),
    refetchInterval: ASK_AGAIN_MS,
  })
  const columns = useColumns(isHandled, setHeard)
  return (
    <div className="page">
      <h1>{t('messages.title')}</h1>
      <p className="records-lead">{t('messages.lead')}</p>
      <div className="record-filters">
        <Segmented<boolean>
          aria-label={t('messages.which')}
          value={isHandled}
          onChange={setHandled}
          options={[
            { value: false, label: t('messages.waiting') },
            { value: true, label: t('messages.handled') },
          ]}
        />
      </div>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<Message>
        size="small"
        rowKey="call_id"
        columns={columns}
        dataSource={query.data ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('messages.none') }}
        expandable={{
          expandedRowKeys: heard === null ? [] : [heard],
          showExpandColumn: false,
          expandedRowRender: (row) => <Player key={row.call_id} callId={row.call_id} src={`/api/messages/${encodeURIComponent(row.call_id)}/audio`} plays />,
        }}
      />
    </div>
  )
}

function useColumns(isHandled: boolean, hear: (callId: string) => void): TableColumnsType<Message> {
  const { t } = useTranslation()
  const language = useLanguage()
  const text = useText()
  const { tenant } = useSession()
  const { queueName, agentName } = useDirectory()
  const number = useNumber()
  return [
    { title: t('messages.left'), dataIndex: 'left_at', className: 'digits', render: (at: string) => dateAndTime(at, language, tenant.timezone) },
    { title: t('messages.box'), dataIndex: 'box', render: (id: string) => text(queueName(id)) },
    { title: t('messages.number'), dataIndex: 'number', render: (shown: string) => <span className="digits">{number(shown)}</span> },
    { title: t('messages.customer'), dataIndex: 'customer_name' },
    { title: t('messages.length'), dataIndex: 'duration_s', align: 'right', className: 'digits', render: (s: number) => duration(s) },
    ...(isHandled ? [{ title: t('messages.by'), dataIndex: 'handled_by', render: (id: string | null) => text(agentName(id)) }] : []),
    {
      title: t('app.record.acts'),
      key: 'acts',
      render: (_, row) => (
        <span className="row-acts">
          <Button size="small" onClick={() => hear(row.call_id)}>
            {t('messages.hear')}
          </Button>
          <Handle row={row} isHandled={isHandled} />
        </span>
      ),
    },
  ]
}

function Handle({ row, isHandled }: { row: Message; isHandled: boolean }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const turn = async () => {
    const isDone = await attempt(() =>
      ok(http.PUT('/api/messages/{call_id}/handled', { params: { path: { call_id: row.call_id } }, body: { is_handled: !isHandled } })),
    )
    if (isDone) void message.success(t(isHandled ? 'messages.reopened' : 'messages.done'))
    await cache.invalidateQueries({ queryKey: ['messages'] })
  }
  return (
    <Button size="small" onClick={() => void turn()}>
      {t(isHandled ? 'messages.reopen' : 'messages.handle')}
    </Button>
  )
}
