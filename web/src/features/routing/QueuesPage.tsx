import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, Queue, QueueIn } from '@/api/types'
import { useMay } from '@/features/people/session'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { useText } from '@/ui/useLanguage'
import { newQueue, queueFields, queueValues } from './queueForm'
import { useHours } from './useHours'
import { useQueueChoices } from './useQueueChoices'

export default function QueuesPage() {
  const { t } = useTranslation()
  const text = useText()
  const mayChange = useMay()('routing.manage')
  const query = useQuery({ queryKey: ['queues'], queryFn: () => ok(http.GET('/api/queues')) })
  const hours = useHours()
  const choices = useQueueChoices(mayChange)
  const seconds = (count: number) => t('routing.queues.seconds', { count })
  const hoursName = (id: string | null) => (id === null ? t('routing.queues.always') : text(hours.find((known) => known.hours_id === id)?.name))
  const save = (row: Queue | null, body: QueueIn) =>
    row === null
      ? ok(http.POST('/api/queues', { body }))
      : ok(http.PUT('/api/queues/{queue_id}', { params: { path: { queue_id: row.queue_id } }, body, ...asSeen(row) }))
  return (
    <RecordsPage<Queue, QueueIn>
      title={t('routing.queues.title')}
      query={query}
      rowKey="queue_id"
      isActive={(queue) => queue.is_active}
      mayChange={mayChange}
      addLabel={t('routing.queues.add')}
      formTitle={(row) => (row === null ? t('routing.queues.add') : text(row.name))}
      fields={(row) => queueFields(t, { text, hours, choices }, row)}
      values={(row) => (row === null ? newQueue : queueValues(row))}
      save={save}
      columns={[
        { title: t('routing.queues.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('routing.queues.ringTimeout'), dataIndex: 'ring_timeout_s', align: 'right', render: seconds },
        { title: t('routing.queues.acw'), dataIndex: 'acw_s', align: 'right', render: (s: number | null) => (s === null ? t('routing.queues.acwWithout') : seconds(s)) },
        { title: t('routing.queues.serviceLevel'), dataIndex: 'service_level_s', align: 'right', render: seconds },
        { title: t('routing.rules.strategy'), dataIndex: 'strategy', render: (s: Queue['strategy']) => t(`routing.rules.strategies.${s}`) },
        { title: t('routing.queues.hours'), dataIndex: 'hours_id', render: hoursName },
        { title: t('routing.queues.agents'), dataIndex: 'agents_count', align: 'right' },
      ]}
    />
  )
}
