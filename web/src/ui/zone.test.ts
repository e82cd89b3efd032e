import { expect, test } from 'vitest'

import { instantAt } from './zone'

test.each([
  ['2026-11-26T18:30', 'Asia/Shanghai', '2026-11-26T10:30:00.000Z'],
  ['2026-07-01T09:00', 'Europe/Berlin', '2026-07-01T07:00:00.000Z'],
  ['2026-12-01T09:00', 'Europe/Berlin', '2026-12-01T08:00:00.000Z'],
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'], // twice: the first
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], // never: as if the clock had gone on
  ['2026-11-26T00:00', 'America/New_York', '2026-11-26T05:00:00.000Z'],
])('%s in %s is %s', (wallClock, zone, instant) => expect(instantAt(wallClock, zone)).toBe(instant))
