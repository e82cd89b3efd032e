import { expect, test } from 'vitest'

import type { AgentView, QueueView } from '@/api/types'
import { abandonRatio, groupAgents, sumsOf } from './sums'

const queue = (facts: Partial<QueueView>): QueueView => ({
  queue_id: 'q',
  name: {},
  waiting_count: 0,
  callbacks_count: 0,
  longest_since: null, expected: null,
  ready_count: 0,
  agents_count: 0,
  offered_count: 0,
  answered_count: 0,
  abandoned_count: 0,
  service_level_ratio: null,
  service_level_s: 20,
  thresholds: { waiting_amber: 5, waiting_red: 10, longest_amber_s: 20, longest_red_s: 60, level_amber_ratio: 0.8, level_red_ratio: 0.7 },
  position: 0,
  ...facts,
})
const agent = (agent_id: string, state: string, since: string): AgentView => ({
  agent_id,
  name: {},
  extension: agent_id,
  state,
  reason: null,
  since,
  device: 'browser',
  queues: [],
  skills: {},
  is_moved: false,
  moved_until: null,
  call_id: null,
  next_state: null,
  help_since: null,
  watched_by: [],
})

test('the service level over queues is weighted by their calls', () => {
  const busy = queue({ answered_count: 90, abandoned_count: 10, service_level_ratio: 0.8, waiting_count: 2 })
  const quiet = queue({ answered_count: 10, service_level_ratio: 1, waiting_count: 1 })
  const sums = sumsOf([busy, quiet, queue({})], [])
  expect(sums.level).toBeCloseTo((100 * 0.8 + 10) / 110)
  expect(sums.waiting).toBe(3)
})

test('without calls there is no service level and no abandon rate', () => {
  expect(sumsOf([queue({})], []).level).toBeNull()
  expect(abandonRatio(queue({}))).toBeNull()
  expect(abandonRatio(queue({ offered_count: 8, abandoned_count: 2 }))).toBe(0.25)
})

test('the longest wait is the earliest', () => {
  const sums = sumsOf([queue({ longest_since: '2026-11-24T01:00:10+00:00' }), queue({ longest_since: '2026-11-24T01:00:05Z' })], [])
  expect(sums.longestSince).toBe('2026-11-24T01:00:05Z')
})

test('agents stand by state, the longest in it first; an unknown state is not lost', () => {
  const groups = groupAgents([
    agent('a', 'TALKING', '2026-11-24T01:00:10Z'),
    agent('b', 'TALKING', '2026-11-24T01:00:05Z'),
    agent('c', 'NEW', '2026-11-24T01:00:05Z'),
    agent('e', 'OFFLINE', '2026-11-24T01:00:05Z'),
    agent('d', 'OFFLINE', '2026-11-24T01:00:10Z'),
  ])
  expect(groups.map(([state, group]) => [state, group.map((one) => one.agent_id)])).toEqual([
    ['READY', []],
    ['RINGING', []],
    ['TALKING', ['b', 'a']],
    ['ACW', []],
    ['BREAK', []],
    ['OFFLINE', ['d', 'e']],
    ['NEW', ['c']],
  ])
})

test('who asks for help stands first, the longest first', () => {
  const asks = (id: string, help_since: string) => ({ ...agent(id, 'TALKING', '2026-11-23T02:00:00Z'), help_since })
  const agents = [agent('1', 'TALKING', '2026-11-23T01:00:00Z'), asks('2', '2026-11-23T02:10:00Z'), asks('3', '2026-11-23T02:05:00Z')]
  const talking = groupAgents(agents).find(([state]) => state === 'TALKING')?.[1]
  expect(talking?.map((one) => one.agent_id)).toEqual(['3', '2', '1'])
})
