/** The agent hears himself: microphone to loudspeakers by the way of a call, but within this computer, a second late. */
import { openMicrophone, type Devices } from './audioCall'

const LATE_S = 1
const SILENCE_DB = -60
const HEARD_FROM = 0.35 // of the meter: speech, not the hum of a room
const PATIENCE_S = 6

/** 0 (silence, -60 dB or less) to 1 (full scale). Pure. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12)
  return Math.min(1, Math.max(0, 1 - db / SILENCE_DB))
}

export type Verdict = 'say' | 'heard' | 'silent'

/** What to tell after `elapsedS`, the loudest so far being `peak`. Pure. */
export function verdictOf(peak: number, elapsedS: number): Verdict {
  if (peak >= HEARD_FROM) return 'heard'
  return elapsedS < PATIENCE_S ? 'say' : 'silent'
}

export class SoundCheck {
  private readonly context = new AudioContext()
  private readonly analyser = this.context.createAnalyser()
  private readonly player = new Audio()
  private readonly microphone: MediaStream
  private readonly samples: Float32Array<ArrayBuffer>

  private constructor(microphone: MediaStream) {
    this.microphone = microphone
    this.samples = new Float32Array(this.analyser.fftSize)
    const source = this.context.createMediaStreamSource(microphone)
    const late = this.context.createDelay(LATE_S)
    late.delayTime.value = LATE_S
    const end = this.context.createMediaStreamDestination()
    source.connect(this.analyser)
    source.connect(late).connect(end)
    this.player.srcObject = end.stream
  }

  /** Call in a gesture. Throws `AudioTrouble`. */
  static async begin(devices: Devices): Promise<SoundCheck> {
    const check = new SoundCheck(await openMicrophone(devices.microphoneId))
    await check.context.resume()
    if ('setSinkId' in check.player) await check.player.setSinkId(devices.speakerId ?? '').catch(() => undefined)
    await check.player.play().catch(() => undefined)
    return check
  }

  /** How loud the microphone is at this moment, 0 to 1. */
  level(): number {
    this.analyser.getFloatTimeDomainData(this.samples)
    return levelOf(this.samples)
  }

  end(): void {
    for (const track of this.microphone.getTracks()) track.stop()
    this.player.srcObject = null
    void this.context.close()
  }
}
