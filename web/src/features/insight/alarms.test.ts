import { expect, test } from 'vitest'

import type { QueueView } from '@/api/types'
import { alarmsOf } from './alarms'
import { chunks, sheetsOf } from './sheets'

const NOW = Date.parse('2026-11-24T01:01:00Z')
const queue = (facts: Partial<QueueView>) =>
  ({
    waiting_count: 0,
    longest_since: null,
    service_level_ratio: null,
    thresholds: { waiting_amber: 3, waiting_red: 6, longest_amber_s: 20, longest_red_s: 60, level_amber_ratio: 0.8, level_red_ratio: 0.7 },
    ...facts,
  }) as QueueView

test('waiting and the longest wait warn from their thresholds upwards', () => {
  expect([2, 3, 5, 6].map((waiting_count) => alarmsOf(queue({ waiting_count }), NOW).waiting)).toEqual([null, 'amber', 'amber', 'red'])
  const since = ['2026-11-24T01:00:41Z', '2026-11-24T01:00:40Z', '2026-11-24T01:00:00Z']
  expect(since.map((longest_since) => alarmsOf(queue({ longest_since }), NOW).longest)).toEqual([null, 'amber', 'red'])
})

test('the service level warns below its thresholds; without calls of nothing', () => {
  expect([1, 0.8, 0.79, 0.7, 0.69, null].map((ratio) => alarmsOf(queue({ service_level_ratio: ratio }), NOW).level)).toEqual([null, null, 'amber', 'amber', 'red', null])
})

test('a wall shows what fits at once, and the rest in turn', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  const names = (count: number) => Array.from({ length: count }, (_, n) => n)
  expect(sheetsOf(names(3), names(12))).toEqual([{ queues: names(3), agents: names(12) }])
  const sheets = sheetsOf(names(9), names(50))
  expect(sheets.map(({ queues, agents }) => [queues.length, agents.length])).toEqual([[7, 0], [2, 0], [0, 35], [0, 15]])
  expect(sheetsOf([], [])).toEqual([{ queues: [], agents: [] }])
})
