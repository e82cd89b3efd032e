/** The ring: a looped sound, so that a hidden page rings in time without timers. Needs one gesture before it may sound. */

const RATE_HZ = 16_000
const CYCLE_S = 3.2

/** One cycle of the ring: two soft bursts of two tones, then a pause. Samples -1..1. */
export function ringCycle(rateHz: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(rateHz * CYCLE_S))
  const bursts = [0, 0.55]
  for (const start of bursts) writeBurst(samples, rateHz, start, 0.4)
  return samples
}

function writeBurst(samples: Float32Array, rateHz: number, startS: number, lengthS: number): void {
  const first = Math.round(startS * rateHz)
  const count = Math.round(lengthS * rateHz)
  for (let i = 0; i < count; i++) {
    const t = i / rateHz
    const edge = Math.min(1, t / 0.02, (lengthS - t) / 0.06) // soft edges: no clicks in a headset
    const tone = Math.sin(2 * Math.PI * 587.33 * t) + 0.6 * Math.sin(2 * Math.PI * 880 * t)
    samples[first + i] = 0.3 * Math.max(0, edge) * tone
  }
}

/** Chromium only, and not yet among TypeScript's types. */
interface SinkChoice {
  setSinkId?(id: string): Promise<void>
}

class Ringer {
  private context: AudioContext | null = null
  private playing: AudioBufferSourceNode | null = null
  private readonly listeners = new Set<() => void>()

  /** Be told when the ring becomes possible, or no longer is. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Call in a gesture: from then on this page may sound whenever it must. */
  async unlock(): Promise<void> {
    if (this.context === null) {
      this.context = new AudioContext()
      this.context.onstatechange = () => this.listeners.forEach((listener) => listener())
    }
    if (this.context.state !== 'running') await this.context.resume()
  }

  get isUnlocked(): boolean {
    return this.context?.state === 'running'
  }

  get isRinging(): boolean {
    return this.playing !== null
  }

  start(): void {
    if (this.playing === null) this.playing = this.play(true)
  }

  stop(): void {
    this.playing?.stop()
    this.playing?.disconnect()
    this.playing = null
  }

  /** Ring once, so that the agent knows how it will sound. */
  test(): void {
    if (this.playing === null) this.play(false)
  }

  async useSpeaker(speakerId: string | undefined): Promise<void> {
      const context: (AudioContext & SinkChoice) | null = this.context
    await context?.setSinkId?.(speakerId ?? '').catch(() => undefined) // unplugged meanwhile: the usual one
  }

  private play(loop: boolean): AudioBufferSourceNode | null {
    if (this.context === null) return null
    const cycle = ringCycle(RATE_HZ)
    const buffer = this.context.createBuffer(1, cycle.length, RATE_HZ)
    buffer.copyToChannel(cycle, 0)
    const source = new AudioBufferSourceNode(this.context, { buffer, loop })
    source.connect(this.context.destination)
    source.start()
    return source
  }
}

export const ringer = new Ringer()
