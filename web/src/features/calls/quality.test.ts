import { expect, test } from 'vitest'

import { lightOf, mosOf, nextShown, readCounters, sampleOf, type Counters, type Light, type Shown } from './quality'

// The server's rule is tested on the same figures: tests/calls/test_sound.py.
test.each([
  [0, 0, null, 4.4],
  [0, 5, 60, 4.38],
  [0.01, 5, 60, 4.29],
  [0.03, 10, 100, 4.06],
  [0.05, 20, 200, 3.76],
  [0.1, 30, 300, 2.83],
  [0.3, 60, 800, 1],
  [1, 0, 0, 1.17],
])('loss %s, jitter %s ms, round trip %s ms: %s', (lossRatio, jitterMs, roundTripMs, mos) =>
  expect(mosOf({ lossRatio, jitterMs, roundTripMs })).toBeCloseTo(mos, 1),
)

test.each<[number, Light]>([
  [4.4, 'good'],
  [4.03, 'good'],
  [4.02, 'fair'],
  [3.6, 'fair'],
  [3.59, 'poor'],
])('%s is %s', (mos, light) => expect(lightOf(mos)).toBe(light))

const shownAfter = (scores: readonly number[]) =>
  scores.reduce<{ shown: Shown | null; lights: Light[] }>(
    ({ shown, lights }, mos) => {
      const next = nextShown(shown, mos)
      return { shown: next, lights: [...lights, next.light] }
    },
    { shown: null, lights: [] },
  ).lights

test('one bad sample changes nothing, two do', () => {
  expect(shownAfter([4.4, 3.0, 4.4, 3.0, 3.0])).toEqual(['good', 'good', 'good', 'good', 'poor'])
})

test('it is better after three good samples', () => {
  expect(shownAfter([3.0, 4.4, 4.4, 4.4])).toEqual(['poor', 'poor', 'poor', 'good'])
})

test('a score that trembles on the border does not make the light flicker', () => {
  expect(new Set(shownAfter([3.9, 4.05, 3.98, 4.08, 4.04, 4.1, 4.02, 4.09]))).toEqual(new Set(['fair']))
  expect(shownAfter([3.9, 4.14, 4.14, 4.14]).at(-1)).toBe('good')
})

const counted = (more: Partial<Counters>): Counters => ({ received: 0, lost: 0, jitterMs: 2, sent: 0, sentLost: null, sentJitterMs: null, roundTripMs: null, ...more })

test('a sample is of the time between two counts, and of the worse way', () => {
  const before = counted({ received: 1000, lost: 50, sent: 1000, sentLost: 10 })
  expect(sampleOf(before, counted({ received: 1099, lost: 51, sent: 1100, sentLost: 30, sentJitterMs: 9, roundTripMs: 80 }))).toEqual({ lossRatio: 0.2, jitterMs: 9, roundTripMs: 80 })
  expect(sampleOf(before, counted({ received: 1090, lost: 60, sent: 1100 }))).toEqual({ lossRatio: 0.1, jitterMs: 2, roundTripMs: null })
  expect(sampleOf(before, before)).toBeNull()
})

test("the browser's report is read, in milliseconds", () => {
  const reports = [
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 2, jitter: 0.004 },
    { type: 'outbound-rtp', kind: 'audio', packetsSent: 99 },
    { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 1, jitter: 0.002 },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.03 },
  ]
  expect(readCounters(reports)).toEqual({ received: 100, lost: 2, jitterMs: 4, sent: 99, sentLost: 1, sentJitterMs: 2, roundTripMs: 30 })
  expect(readCounters([])).toBeNull()
})
