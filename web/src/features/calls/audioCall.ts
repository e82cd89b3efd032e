/** One call's sound: microphone out, the other side in. One peer connection a call, made when it is answered. */
import { noteMicrophoneEnded, noteOpen } from './openSounds'

const GATHERING_LIMIT_MS = 500
const WISHES: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

export type Trouble = 'no_microphone' | 'microphone_refused' | 'microphone_busy' | 'no_webrtc'

export class AudioTrouble extends Error {
  readonly trouble: Trouble

  constructor(trouble: Trouble) {
    super(trouble)
    this.trouble = trouble
  }
}

export interface Devices {
  readonly microphoneId?: string | undefined
  readonly speakerId?: string | undefined
}

/** Open the microphone; a chosen one that is gone gives way to the usual one. */
export async function openMicrophone(microphoneId?: string): Promise<MediaStream> {
  // Without https (or localhost) browsers hide it altogether.
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (media === undefined) throw new AudioTrouble('no_webrtc')
  const chosen = microphoneId === undefined ? WISHES : { ...WISHES, deviceId: { ideal: microphoneId } }
  try {
    return await media.getUserMedia({ audio: chosen })
  } catch (cause) {
    throw new AudioTrouble(troubleOf(cause))
  }
}

export function troubleOf(cause: unknown): Trouble {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'microphone_refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no_microphone'
  return 'microphone_busy'
}

/** G.711 first and alone: then nothing is transcoded on the way to the telephone network. */
export function preferTelephony<T extends { mimeType: string }>(codecs: readonly T[]): T[] {
  const order = ['audio/pcma', 'audio/pcmu', 'audio/telephone-event']
  const rank = (codec: T) => order.indexOf(codec.mimeType.toLowerCase())
  return codecs.filter((codec) => rank(codec) >= 0).sort((a, b) => rank(a) - rank(b))
}

export class AudioCall {
  private readonly peer = new RTCPeerConnection()
  private readonly player = new Audio()
  private microphone: MediaStream
  private isMuted = false
  private isClosed = false
  private readonly noteClosed: () => void
  onState: (state: RTCPeerConnectionState) => void

  private constructor(microphone: MediaStream, devices: Devices, onState: (state: RTCPeerConnectionState) => void) {
    this.microphone = microphone
    this.onState = onState
    this.noteClosed = noteOpen(this)
    this.player.autoplay = true
    void this.useSpeaker(devices.speakerId)
    this.watchMicrophone()
    for (const track of microphone.getAudioTracks()) {
      const transceiver = this.peer.addTransceiver(track, { direction: 'sendrecv', streams: [microphone] })
      const codecs = preferTelephony(RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [])
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs)
    }
    this.peer.ontrack = (event) => {
      this.player.srcObject = event.streams[0] ?? new MediaStream([event.track])
      void this.player.play().catch(() => undefined) // a gesture came before: answering is a click or a key
    }
    this.peer.onconnectionstatechange = () => {
      if (!this.isClosed) this.onState(this.peer.connectionState)
    }
  }

  /** Offer our sound through `exchange`, which returns the other side's answer. Whatever fails, nothing stays open. */
  static async open(
    exchange: (offer: string) => Promise<string>,
    onState: (state: RTCPeerConnectionState) => void,
    devices: Devices = {},
  ): Promise<AudioCall> {
    const call = new AudioCall(await openMicrophone(devices.microphoneId), devices, onState)
    try {
      await call.peer.setLocalDescription()
      await gathered(call.peer)
      const answer = await exchange(call.peer.localDescription?.sdp ?? '')
      await call.peer.setRemoteDescription({ type: 'answer', sdp: answer })
      return call
    } catch (cause) {
      call.close()
      throw cause
    }
  }

  get state(): RTCPeerConnectionState {
    return this.peer.connectionState
  }

  /** Speak into another microphone from now on; the call does not notice. Throws `AudioTrouble`, then nothing has changed. */
  async useMicrophone(microphoneId: string | undefined): Promise<string> {
    const next = await openMicrophone(microphoneId)
    const [track] = next.getAudioTracks()
    const sender = this.peer.getSenders()[0]
    if (this.isClosed || track === undefined || sender === undefined) {
      for (const opened of next.getTracks()) opened.stop()
      return ''
    }
    await sender.replaceTrack(track)
    for (const old of this.microphone.getTracks()) old.stop()
    this.microphone = next
    this.mute(this.isMuted)
    this.watchMicrophone()
    return track.label
  }

  /** Which microphone speaks; null: none, it was unplugged. */
  get microphoneId(): string | null {
    const [track] = this.microphone.getAudioTracks()
    return track?.readyState === 'live' ? (track.getSettings().deviceId ?? null) : null
  }

  private watchMicrophone(): void {
    for (const track of this.microphone.getAudioTracks()) track.onended = noteMicrophoneEnded
  }

  /** What the browser has counted of the call's packets. */
  async reports(): Promise<Iterable<Record<string, unknown>>> {
    const report = (await this.peer.getStats()) as unknown as ReadonlyMap<string, Record<string, unknown>>
    return report.values()
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted
    for (const track of this.microphone.getAudioTracks()) track.enabled = !isMuted
  }

  async useSpeaker(speakerId: string | undefined): Promise<void> {
    if (!('setSinkId' in this.player)) return
    await this.player.setSinkId(speakerId ?? '').catch(() => undefined) // unplugged meanwhile: the usual one
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.noteClosed()
    for (const track of this.microphone.getTracks()) track.stop()
    this.peer.close()
    this.player.srcObject = null
  }
}

/** Wait until all addresses are known, but not long: one that comes late is one more way, not the only one. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    if (peer.iceGatheringState === 'complete') return done()
    const timer = setTimeout(done, GATHERING_LIMIT_MS)
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return
      clearTimeout(timer)
      done()
    })
  })
}
