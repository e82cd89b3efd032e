/** The times offered at once, as the site's clocks show them. Pure. */
import { instantAt } from '@/ui/zone'

const HOUR_MS = 3_600_000

/** "2026-11-26T18:30" on the clocks of a zone. */
export function wallClock(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(ms)
  const of = (kind: string) => parts.find((part) => part.type === kind)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

export const inAnHour = (nowMs: number, timeZone: string): string => wallClock(nowMs + HOUR_MS, timeZone)

/** Tomorrow at ten, by the calendar there: days of 23 and of 25 hours too. */
export function tomorrowAtTen(nowMs: number, timeZone: string): string {
  const today = wallClock(nowMs, timeZone).slice(0, 10)
  const noon = Date.parse(instantAt(`${today}T12:00`, timeZone))
  return `${wallClock(noon + 24 * HOUR_MS, timeZone).slice(0, 10)}T10:00`
}
