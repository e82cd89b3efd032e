import { expect, test } from 'vitest'

import { ringCycle } from './ringer'

test('the ring loops without a click and never clips', () => {
  const cycle = ringCycle(16_000)
  expect(cycle[0]).toBe(0)
  expect(cycle.at(-1)).toBe(0)
  expect(Math.max(...cycle)).toBeLessThan(0.5)
  expect(Math.max(...cycle)).toBeGreaterThan(0.2)
})
