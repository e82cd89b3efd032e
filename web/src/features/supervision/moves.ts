/** What several agents serve together, and what a supervisor changes of it. Pure. */
import type { AgentView } from '@/api/types'

/** Of a queue or a skill: all of the agents have it, some, or none. */
export type Share = 'all' | 'some' | 'none'

export function shareOf(agents: readonly AgentView[], queueId: string): Share {
  const count = agents.filter((agent) => agent.queues.includes(queueId)).length
  if (count === 0) return 'none'
  return count === agents.length ? 'all' : 'some'
}

/** The level all of them have; `null`: none has the skill; `undefined`: they differ. */
export function levelOf(agents: readonly AgentView[], skill: string): number | null | undefined {
  const levels = new Set(agents.map((agent) => agent.skills[skill] ?? null))
  return levels.size === 1 ? [...levels][0] : undefined
}

export interface Wish {
  readonly queues: Readonly<Record<string, boolean>> // those that were ticked or unticked
  readonly levels: Readonly<Record<string, number | null>> // null: taken away
}

/** What is to be asked for: nothing of what is so already. */
export function moveOf(agents: readonly AgentView[], wish: Wish) {
  const wanted = Object.entries(wish.queues)
  return {
    agents: agents.map((agent) => agent.agent_id),
    add: wanted.flatMap(([id, isServed]) => (isServed && shareOf(agents, id) !== 'all' ? [id] : [])),
    remove: wanted.flatMap(([id, isServed]) => (!isServed && shareOf(agents, id) !== 'none' ? [id] : [])),
    levels: Object.fromEntries(Object.entries(wish.levels).filter(([skill, level]) => levelOf(agents, skill) !== level)),
  }
}
