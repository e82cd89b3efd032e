/** Figures over all queues. Pure; each says its formula in `texts.ts`. */
import type { AgentView, QueueView } from '@/api/types'

export interface Sums {
  readonly waiting: number
  readonly longestSince: string | null
  readonly ready: number
  readonly talking: number
  readonly level: number | null
}

export function sumsOf(queues: readonly QueueView[], agents: readonly AgentView[]): Sums {
  const since = queues.flatMap((queue) => (queue.longest_since === null ? [] : [queue.longest_since]))
  return {
    waiting: queues.reduce((sum, queue) => sum + queue.waiting_count, 0),
    longestSince: since.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null,
    ready: agents.filter((agent) => agent.state === 'READY').length,
    talking: agents.filter((agent) => agent.state === 'TALKING').length,
    level: levelOf(queues),
  }
}

function levelOf(queues: readonly QueueView[]): number | null {
  let weight = 0
  let sum = 0
  for (const queue of queues) {
    if (queue.service_level_ratio === null) continue
    const calls = queue.answered_count + queue.abandoned_count
    weight += calls
    sum += calls * queue.service_level_ratio
  }
  return weight === 0 ? null : sum / weight
}

/** Return the abandon rate of a queue, null without calls. */
export function abandonRatio(queue: QueueView): number | null {
  return queue.offered_count === 0 ? null : queue.abandoned_count / queue.offered_count
}

const ORDER = ['READY', 'RINGING', 'TALKING', 'ACW', 'BREAK', 'OFFLINE']

/** Agents by state, in the order a supervisor asks; states unknown here come last. Who asks for help first, then longest in state; who is offline, by number. */
export function groupAgents(agents: readonly AgentView[]): [string, AgentView[]][] {
  const groups = new Map<string, AgentView[]>(ORDER.map((state) => [state, []]))
  for (const agent of agents) groups.set(agent.state, [...(groups.get(agent.state) ?? []), agent])
  return [...groups].map(([state, group]) => [state, group.sort(state === 'OFFLINE' ? byNumber : byNeed)])
}

/** Who asks for help first, then who is longest in his state. */
function byNeed(a: AgentView, b: AgentView): number {
  const since = (agent: AgentView) => (agent.help_since == null ? Infinity : Date.parse(agent.help_since))
  return since(a) === since(b) ? Date.parse(a.since) - Date.parse(b.since) : since(a) - since(b)
}

function byNumber(a: AgentView, b: AgentView): number {
  return a.agent_id.localeCompare(b.agent_id)
}
