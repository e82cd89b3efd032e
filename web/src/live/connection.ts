/** One WebSocket a page, kept up: heartbeat, back-off, and every topic subscribed again after a loss. */
import { applyChange, readMessage, type Change, type Entities, type Snapshot, type TopicState } from './applyChange'

export const BEAT_LIMIT_MS = 6500 // the server's beat comes every two seconds
const CONNECT_LIMIT_MS = 8000
const BACK_OFF_MS = [0, 300, 700, 1500, 2500, 4000]
/** What the server says no to for good: dialling again would be refused again. */
const FINAL: Readonly<Record<number, Status>> = { 4401: 'signed_out', 4404: 'gone' }

export type Status = 'connecting' | 'live' | 'lost' | 'signed_out' | 'gone'

/** How long to wait before attempt `count` (0 is the first after a loss); `chance` in 0..1 spreads a crowd. */
export function backOff(count: number, chance: number): number {
  const base = BACK_OFF_MS[Math.min(count, BACK_OFF_MS.length - 1)] ?? 0
  return base * (0.75 + chance / 2)
}

export interface Wire {
  readonly readyState: number
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent<string>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(text: string): void
  close(): void
}

export interface Clock {
  now(): number
  random(): number
}

type Listener = () => void

export class LiveConnection {
  status: Status = 'connecting'
  private wire: Wire | null = null
  private readonly topics = new Map<string, TopicState | null>() // null: asked for, not yet here
  private readonly listeners = new Set<Listener>()
  private lossCount = 0
  private retryAt: number | null = 0
  private heardAt = 0
  private readonly dial: () => Wire
  private readonly clock: Clock
  private readonly subscribesItself: boolean
  private setUp: number | null = null // of the last beat; null: none yet
  private readonly setUpListeners = new Set<Listener>()

  /** `subscribesItself`: the server sends its one topic unasked (a visitor's socket). */
  constructor(dial: () => Wire, clock: Clock, subscribesItself = false) {
    this.dial = dial
    this.clock = clock
    this.subscribesItself = subscribesItself
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Be told when names and lists read before may be old: the set-up was changed, or the line was down meanwhile. */
  onSetUpChange(listener: Listener): () => void {
    this.setUpListeners.add(listener)
    return () => this.setUpListeners.delete(listener)
  }

  /** What is known of a topic; undefined before its first snapshot. Old knowledge stays while the line is down. */
  entities(topic: string): Entities | undefined {
    return this.topics.get(topic)?.entities
  }

  subscribe(topic: string): void {
    if (this.topics.has(topic)) return
    this.topics.set(topic, null)
    this.ask(topic)
  }

  /** Call a few times a second: connects when it is time, and gives up on a silent wire. */
  tick(): void {
    const now = this.clock.now()
    if (this.retryAt !== null && now >= this.retryAt) this.connect()
    else if (this.wire !== null && now - this.heardAt > (this.status === 'live' ? BEAT_LIMIT_MS : CONNECT_LIMIT_MS)) this.lose()
  }

  /** Connect now, not at the end of the back-off: the network is back, or the page is looked at again. */
  hurry(): void {
    if (this.retryAt === null) return
    this.retryAt = 0
    this.tick()
  }

  close(): void {
    this.retryAt = null
    this.drop()
    this.topics.clear()
  }

  private connect(): void {
    this.retryAt = null
    this.heardAt = this.clock.now()
    const wire = this.dial()
    this.wire = wire
    wire.onopen = () => {
      this.heardAt = this.clock.now()
      this.status = 'live'
      this.tell()
      for (const topic of this.topics.keys()) this.ask(topic)
    }
    wire.onmessage = (event) => this.hear(event.data)
    wire.onclose = (event) => {
      const final = FINAL[event.code]
      if (final === undefined) this.lose()
      else this.stop(final)
    }
  }

  private hear(text: string): void {
    this.heardAt = this.clock.now()
    const wasLive = this.status === 'live'
    this.status = 'live'
    this.lossCount = 0
    const message = readMessage(text)
    if (message !== null && 'beat' in message) this.noteSetUp(message.set_up ?? 0)
    const isNew = message !== null && 'topic' in message && this.take(message)
    if (isNew || !wasLive) this.tell()
  }

  private noteSetUp(count: number): void {
    const before = this.setUp
    this.setUp = count
    if (before !== null && before !== count) for (const listener of this.setUpListeners) listener()
  }

  private take(message: Snapshot | Change): boolean {
    if ('snapshot' in message) {
      this.topics.set(message.topic, { seq: message.seq, entities: message.snapshot })
      return true
    }
    const known = this.topics.get(message.topic)
    if (known === undefined || known === null) return false // its snapshot is on the way
    const next = applyChange(known, message)
    if (next === null) {
      if (this.subscribesItself) this.lose()
      else this.ask(message.topic)
      return false
    }
    this.topics.set(message.topic, next)
    return next !== known
  }

  private ask(topic: string): void {
    if (!this.subscribesItself && this.wire?.readyState === 1) this.wire.send(JSON.stringify({ subscribe: topic }))
  }

  private lose(): void {
    this.drop()
    this.status = 'lost'
    if (this.setUp !== null) this.setUp = -1 // whatever comes is another
    this.retryAt = this.clock.now() + backOff(this.lossCount, this.clock.random())
    this.lossCount += 1
    this.tell()
  }

  private stop(status: Status): void {
    this.drop()
    this.status = status
    this.tell()
  }

  private drop(): void {
    const wire = this.wire
    this.wire = null
    if (wire === null) return
    wire.onopen = wire.onmessage = wire.onclose = null
    wire.close()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
