/** Wall clocks of the site, whatever zone the reader's own machine is in. */

/** The instant at which the clocks of `timeZone` show this: "2026-11-26T18:30". Of an hour that comes twice, the first. */
export function instantAt(wallClock: string, timeZone: string): string {
  const asUtc = Date.parse(`${wallClock}Z`)
  const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => offsetAt(near, timeZone))
  const fits = offsets.map((offset) => asUtc - offset).filter((ms) => ms + offsetAt(ms, timeZone) === asUtc)
  return new Date(fits.length > 0 ? Math.min(...fits) : asUtc - Math.min(...offsets)).toISOString()
}

const DAY_MS = 86_400_000

/** How far the zone is ahead of UTC, in milliseconds, at an instant. */
function offsetAt(ms: number, timeZone: string): number {
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(ms)
  const of = (kind: string) => Number(shown.find((part) => part.type === kind)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(ms / 1000) * 1000
}
