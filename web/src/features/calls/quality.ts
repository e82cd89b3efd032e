/**
 * How well a call is heard: from counters to a light. Pure.
 *
 * The E-model (ITU-T G.107), cut down to what a packet counter knows, as R. Cole and J. Rosenbluth did ("Voice over IP
 * performance monitoring", ACM CCR 31(2), 2001). The server keeps the same score with the call: `src/banjie/calls/sound.py`.
 */
const R_0 = 93.2 // G.107 with every default value: nothing impairs
const G711_ROBUSTNESS = 25.1 // Bpl of G.711 with concealment, G.113 Appendix I; its Ie is 0
const PACKET_MS = 20
const BUFFERED = 2 // a jitter buffer holds about twice the mean jitter

export interface Sample {
  readonly lossRatio: number
  readonly jitterMs: number
  readonly roundTripMs: number | null
}

/** The mean opinion score a listener would give: 1 (nothing understood) to 4.41 (a telephone at its best). */
export function mosOf({ lossRatio, jitterMs, roundTripMs }: Sample): number {
  const delayMs = (roundTripMs ?? 0) / 2 + PACKET_MS + BUFFERED * jitterMs
  const byDelay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3)
  const lost = 100 * Math.min(1, Math.max(0, lossRatio))
  const rating = R_0 - byDelay - (95 * lost) / (lost + G711_ROBUSTNESS)
  if (rating <= 0) return 1
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6) // G.107 Annex B
}

export type Light = 'good' | 'fair' | 'poor'

const GOOD_FROM = 4.03 // G.107 Annex B, Table B.1: R 80, "satisfied"
const FAIR_FROM = 3.6 // R 70, "some users dissatisfied"
const SURE_BY = 0.1 // so much better than the line it crosses before it counts as better
const WORSE_AFTER = 2 // samples in a row
const BETTER_AFTER = 3

export function lightOf(mos: number): Light {
  return mos >= GOOD_FROM ? 'good' : mos >= FAIR_FROM ? 'fair' : 'poor'
}

export interface Shown {
  readonly light: Light
  readonly pending: Light // where the last samples point
  readonly count: number // how many in a row
}

const ORDER: readonly Light[] = ['poor', 'fair', 'good']

/** The light after one more sample: it gets worse soon and better late, and does not flicker on a border. */
export function nextShown(shown: Shown | null, mos: number): Shown {
  const light = lightOf(mos)
  if (shown === null) return { light, pending: light, count: 0 }
  const isBetter = ORDER.indexOf(light) > ORDER.indexOf(shown.light)
  const wanted = isBetter ? lightOf(mos - SURE_BY) : light
  if (wanted === shown.light) return { ...shown, pending: shown.light, count: 0 }
  const count = wanted === shown.pending ? shown.count + 1 : 1
  const isDue = count >= (ORDER.indexOf(wanted) > ORDER.indexOf(shown.light) ? BETTER_AFTER : WORSE_AFTER)
  return isDue ? { light: wanted, pending: wanted, count: 0 } : { light: shown.light, pending: wanted, count }
}

/** What a peer connection has counted since it was opened. */
export interface Counters {
  readonly received: number
  readonly lost: number
  readonly jitterMs: number
  readonly sent: number
  readonly sentLost: number | null // as the other side reports
  readonly sentJitterMs: number | null
  readonly roundTripMs: number | null
}

/** The worse of both ways between two counts; null while nothing came. */
export function sampleOf(before: Counters, now: Counters): Sample | null {
  const received = now.received - before.received
  const lost = Math.max(0, now.lost - before.lost)
  if (received + lost <= 0) return null
  const sent = now.sent - before.sent
  const sentLost = now.sentLost === null || sent <= 0 ? 0 : Math.max(0, now.sentLost - (before.sentLost ?? 0)) / sent
  return {
    lossRatio: Math.min(1, Math.max(lost / (received + lost), sentLost)),
    jitterMs: Math.max(now.jitterMs, now.sentJitterMs ?? 0),
    roundTripMs: now.roundTripMs,
  }
}

/** Read a report of the browser's; null before there is sound. */
export function readCounters(reports: Iterable<Readonly<Record<string, unknown>>>): Counters | null {
  const found = [...reports]
  const of = (type: string) => found.find((report) => report['type'] === type && (report['kind'] ?? 'audio') === 'audio')
  const incoming = of('inbound-rtp')
  if (incoming === undefined) return null
  const remote = of('remote-inbound-rtp')
  const pair = found.find((report) => report['type'] === 'candidate-pair' && report['nominated'] === true)
  const trip = number(remote?.['roundTripTime']) ?? number(pair?.['currentRoundTripTime'])
  return {
    received: number(incoming['packetsReceived']) ?? 0,
    lost: number(incoming['packetsLost']) ?? 0,
    jitterMs: (number(incoming['jitter']) ?? 0) * 1000,
    sent: number(of('outbound-rtp')?.['packetsSent']) ?? 0,
    sentLost: number(remote?.['packetsLost']),
    sentJitterMs: seconds(number(remote?.['jitter'])),
    roundTripMs: seconds(trip),
  }
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const seconds = (value: number | null): number | null => (value === null ? null : value * 1000)
