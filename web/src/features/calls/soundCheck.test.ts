import { expect, test } from 'vitest'

import { levelOf, verdictOf } from './soundCheck'

test.each([
  [0, 0],
  [1, 1],
  [0.1, 0.667], // -20 dB
  [0.001, 0], // -60 dB
  [0.0001, 0],
])('a steady %s reads %s on the meter', (value, level) => expect(levelOf(new Float32Array(512).fill(value))).toBeCloseTo(level, 2))

test('no samples are silence', () => expect(levelOf([])).toBe(0))

test.each([
  [0.1, 1, 'say'],
  [0.5, 1, 'heard'],
  [0.5, 60, 'heard'],
  [0.1, 7, 'silent'],
] as const)('peak %s after %s s: %s', (peak, elapsed, verdict) => expect(verdictOf(peak, elapsed)).toBe(verdict))
