/** Who waits in my queues: red once somebody has waited longer than the queue promises. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { AgentView, Targets } from '@/api/types'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { duration, secondsSince } from '@/ui/format'
import { useText } from '@/ui/useLanguage'
import { useNow } from '@/ui/useNow'

const FRESH_MS = 5000

type Waiting = Targets['queues'][number]

export function MyQueues({ agent }: { agent: AgentView | undefined }) {
  const { t } = useTranslation()
  const promised = new Map(useDeskOptions().data?.queues.map((queue) => [queue.queue_id, queue.service_level_s]))
  const targets = useQuery({ queryKey: ['targets'], queryFn: () => ok(http.GET('/api/desk/targets')), refetchInterval: FRESH_MS }).data
  const queues = targets?.queues.filter((queue) => agent?.queues.includes(queue.queue_id)) ?? []
  if (queues.length === 0) return null
  return (
    <table className="my-queues">
      <caption>{t('calls.idle.queues')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('calls.queues.queue')}</th>
          <th scope="col">{t('calls.queues.waiting')}</th>
          <th scope="col">{t('calls.queues.longest')}</th>
          <th scope="col">{t('calls.queues.ready')}</th>
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <Row key={queue.queue_id} queue={queue} promisedS={promised.get(queue.queue_id)} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ queue, promisedS }: { queue: Waiting; promisedS: number | undefined }) {
  const { t } = useTranslation()
  const text = useText()
  const now = useNow(queue.longest_since)
  const longestS = queue.longest_since === null ? null : secondsSince(queue.longest_since, now)
  const isLate = longestS !== null && promisedS !== undefined && longestS > promisedS
  return (
    <tr className={isLate ? 'is-late' : ''}>
      <th scope="row">{text(queue.name)}</th>
      <td className="digits">{queue.waiting_count}</td>
      <td className="digits">
        {longestS === null ? '—' : duration(longestS)}
        {isLate && <span> {t('calls.queues.late', { seconds: promisedS })}</span>}
      </td>
      <td className="digits">{queue.ready_count}</td>
    </tr>
  )
}
