/** The live wallboard, sorted out: queues in the order of the house, agents, and each queue's last hour. */
import type { AgentView, MinutesView, QueueView } from '@/api/types'
import type { Entities } from '@/live/applyChange'

export interface BoardNow {
  readonly queues: readonly QueueView[]
  readonly agents: readonly AgentView[]
  readonly minutes: ReadonlyMap<string, MinutesView>
}

export function boardOf(entities: Entities): BoardNow {
  const of = (kind: string) =>
    Object.entries(entities)
      .filter(([key]) => key.startsWith(`${kind}/`))
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, entity]) => entity)
  const queues = (of('queue') as QueueView[]).sort((a, b) => a.position - b.position)
  const minutes = of('minutes') as MinutesView[]
  return { queues, agents: of('agent') as AgentView[], minutes: new Map(minutes.map((one) => [one.queue_id, one])) }
}
