import { describe, expect, it } from 'vitest'

import { inAnHour, tomorrowAtTen, wallClock } from './times'

const LATE = Date.parse('2026-11-26T15:30:00Z') // 23:30 in Shanghai

describe('times offered at once', () => {
  it('are those of the site, whatever zone this machine is in', () => {
    expect(wallClock(LATE, 'Asia/Shanghai')).toBe('2026-11-26T23:30')
    expect(inAnHour(LATE, 'Asia/Shanghai')).toBe('2026-11-27T00:30')
    expect(tomorrowAtTen(LATE, 'Asia/Shanghai')).toBe('2026-11-27T10:00')
    expect(tomorrowAtTen(LATE, 'UTC')).toBe('2026-11-27T10:00')
  })

  it('know days of 23 and 25 hours', () => {
    expect(tomorrowAtTen(Date.parse('2026-03-28T22:30:00Z'), 'Europe/Berlin')).toBe('2026-03-29T10:00')
    expect(tomorrowAtTen(Date.parse('2026-10-24T21:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25T10:00')
  })
})
