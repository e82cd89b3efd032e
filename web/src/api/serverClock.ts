/** Times on screen are told by the server's clock: an agent's own may be minutes off. */

const TOLERATED_MS = 1500 // the Date header tells whole seconds, and the answer took a while

let offsetMs = 0

/** Compare a `Date` header with this machine's clock. */
export function noteServerTime(header: string | null, receivedAtMs: number): void {
  const told = header === null ? Number.NaN : Date.parse(header)
  if (!Number.isNaN(told)) offsetMs = clockOffset(told, receivedAtMs, offsetMs)
}

/** Return what to add to this clock; differences within the header's precision are none. */
export function clockOffset(toldMs: number, receivedAtMs: number, presentMs: number): number {
  const seen = toldMs + 500 - receivedAtMs
  if (Math.abs(seen) <= TOLERATED_MS) return 0
  return Math.abs(seen - presentMs) <= TOLERATED_MS ? presentMs : seen
}

export function serverNow(): number {
  return Date.now() + offsetMs
}
