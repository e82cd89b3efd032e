import { expect, test } from 'vitest'

import type { AgentView } from '@/api/types'
import { levelOf, moveOf, shareOf } from './moves'

const agent = (agent_id: string, queues: string[], skills: Record<string, number> = {}) => ({ agent_id, queues, skills }) as AgentView
const TWO = [agent('1', ['a', 'b'], { loans: 3 }), agent('2', ['b'], { loans: 3, cards: 1 })]

test('of several agents all serve a queue, some, or none; a level is shared or it is not', () => {
  expect(['a', 'b', 'c'].map((queue) => shareOf(TWO, queue))).toEqual(['some', 'all', 'none'])
  expect(['loans', 'cards', 'cash'].map((skill) => levelOf(TWO, skill))).toEqual([3, undefined, null])
})

test('only what is another is asked for', () => {
  const wish = { queues: { a: true, b: true, c: false }, levels: { loans: 3, cards: 2, cash: null } }
  expect(moveOf(TWO, wish)).toEqual({ agents: ['1', '2'], add: ['a'], remove: [], levels: { cards: 2 } })
  expect(moveOf(TWO, { queues: { a: false, b: false }, levels: {} })).toMatchObject({ add: [], remove: ['a', 'b'] })
})
