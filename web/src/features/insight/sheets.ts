/** What a screen on a wall shows at once. Pure; a row and a tile are as high as `wall.css` says, in parts of the screen. */
export const QUEUES_ON_A_SHEET = 7
export const AGENTS_ON_A_SHEET = 35
const QUEUES_BESIDE_AGENTS = 3
const AGENTS_BESIDE_QUEUES = 14

export interface Sheet<Q, A> {
  readonly queues: readonly Q[]
  readonly agents: readonly A[]
}

/** One sheet where all fits; else the queues, then the agents, as many sheets as they take. */
export function sheetsOf<Q, A>(queues: readonly Q[], agents: readonly A[]): Sheet<Q, A>[] {
  if (queues.length <= QUEUES_BESIDE_AGENTS && agents.length <= AGENTS_BESIDE_QUEUES) return [{ queues, agents }]
  return [
    ...chunks(queues, QUEUES_ON_A_SHEET).map((some) => ({ queues: some, agents: [] })),
    ...chunks(agents, AGENTS_ON_A_SHEET).map((some) => ({ queues: [], agents: some })),
  ]
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))
}
