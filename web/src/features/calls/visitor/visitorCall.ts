/** One call of a visitor: its sound, its live state, its end. */
import { http, ok } from '@/api/client'
import { serverNow } from '@/api/serverClock'
import type { VisitorCallView } from '@/api/types'
import { AudioCall, AudioTrouble, type Trouble } from '@/features/calls/audioCall'
import { DigitLine } from '@/features/calls/digitLine'
import { secondsSince } from '@/ui/format'
import { LiveConnection, type Status } from '@/live/connection'
import { liveUrl } from '@/live/url'
import { onTick } from '@/live/ticker'
import type { Language } from '@/ui/preferredLanguage'

/** Without the server and without sound for so long, the call is over. */
const GIVE_UP_MS = 20_000

export type Failure = Trouble | 'network' | 'interrupted' | { readonly words: string }

export interface VisitorState {
  readonly phase: 'idle' | 'opening' | 'open' | 'ended'
  readonly view: VisitorCallView | null
  readonly status: Status
  readonly isMuted: boolean
  readonly isSoundLost: boolean
  readonly failure: Failure | null
  readonly talkedS: number | null
}

export const IDLE: VisitorState = {
  phase: 'idle',
  view: null,
  status: 'connecting',
  isMuted: false,
  isSoundLost: false,
  failure: null,
  talkedS: null,
}

interface Opened {
  readonly callId: string
  readonly token: string
}

export class VisitorCalling {
  state: VisitorState = IDLE
  private audio: AudioCall | null = null
  private live: LiveConnection | null = null
  private opened: Opened | null = null
  private readonly line = new DigitLine(async (digits) => {
    if (this.opened !== null) await this.act(http.POST('/api/visitor/calls/{call_id}/digits', { ...this.addressed(), body: { digits } }))
  })
  private heardAt = 0
  private stopTicking = () => {}
  private readonly listeners = new Set<() => void>()

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async call(number: string, language: Language): Promise<void> {
    if (this.state.phase === 'opening' || this.state.phase === 'open') return
    this.change({ ...IDLE, phase: 'opening' })
    try {
      const audio = await AudioCall.open((sdp) => this.exchange(number, sdp, language), (state) => this.hearState(state))
      // Hung up while it was being opened.
      if (!this.isOpen()) { audio.close(); return; }
      this.audio = audio
    } catch (cause) {
      if (this.isOpen()) this.end(failureOf(cause))
    }
  }

  press(digits: string): void {
    void this.line.press(digits)
  }

  mute(): void {
    const isMuted = !this.state.isMuted
    this.audio?.mute(isMuted)
    this.change({ ...this.state, isMuted })
  }

  /** Ask to be called back instead of waiting on. Raises what refuses it; the words that follow end the call. */
  async callBack(number: string): Promise<void> {
    await ok(http.POST('/api/visitor/calls/{call_id}/callback', { ...this.addressed(), body: { number } }))
  }

  hangUp(): void {
    if (this.opened !== null) void this.act(http.POST('/api/visitor/calls/{call_id}/hang-up', this.addressed()))
    this.end(null)
  }

  private async exchange(number: string, sdp: string, language: Language): Promise<string> {
    const made = await ok(http.POST('/api/visitor/calls', { body: { number, sdp, language } }))
    this.opened = { callId: made.call_id, token: made.token }
    if (this.isOpen()) this.follow(this.opened)
    else this.hangUp() // given up while the server was asked
    return made.sdp
  }

  private follow({ callId, token }: Opened): void {
    const url = liveUrl(`/api/visitor/calls/${encodeURIComponent(callId)}/live?token=${encodeURIComponent(token)}`)
    const live = new LiveConnection(() => new WebSocket(url), { now: () => performance.now(), random: Math.random }, true)
    live.onChange(() => this.see(live))
    this.stopTicking = onTick(() => this.tick(live))
    this.live = live
    this.change({ ...this.state, phase: 'open' })
    live.tick()
  }

  private see(live: LiveConnection): void {
    const entities = live.entities('visitor')
    const view = (entities?.['call'] ?? null) as VisitorCallView | null
    const isOver = view?.state === 'ENDED' || (entities !== undefined && view === null && this.state.view !== null)
    this.change({ ...this.state, view: view ?? this.state.view, status: live.status })
    if (isOver) this.end(null)
    else if (live.status === 'gone') this.end('interrupted') // the server does not know this call any more
  }

  private tick(live: LiveConnection): void {
    live.tick()
    const now = performance.now()
    if (live.status !== 'lost' || !this.state.isSoundLost) this.heardAt = now
    else if (now - this.heardAt > GIVE_UP_MS) this.end('interrupted')
  }

  private hearState(state: RTCPeerConnectionState): void {
    this.change({ ...this.state, isSoundLost: state === 'failed' || state === 'disconnected' })
  }

  private end(failure: Failure | null): void {
    const answeredAt = this.state.view?.answered_at ?? null
    const talkedS = answeredAt === null ? null : secondsSince(answeredAt, serverNow())
    this.audio?.close()
    this.live?.close()
    this.stopTicking()
    this.audio = this.live = this.opened = null
    this.change({ ...this.state, phase: 'ended', failure, talkedS, isSoundLost: false })
  }

  private addressed() {
    return { params: { path: { call_id: this.opened?.callId ?? '' } }, headers: { 'X-Call-Token': this.opened?.token ?? '' } }
  }

  private async act(pending: Parameters<typeof ok>[0]): Promise<void> {
    await ok(pending).catch(() => undefined) // what became of it shows in the live state
  }

  private isOpen(): boolean {
    return this.state.phase === 'opening' || this.state.phase === 'open'
  }

  private change(next: VisitorState): void {
    this.state = next
    for (const listener of this.listeners) listener()
  }
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof AudioTrouble) return cause.trouble
  const words = cause instanceof Error && 'whatToDo' in cause ? `${cause.message} ${String(cause.whatToDo)}`.trim() : ''
  return words === '' ? 'network' : { words }
}
