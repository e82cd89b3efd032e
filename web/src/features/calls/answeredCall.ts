/** The sound of the agent's call in this tab: opened by answering, closed when the server says the call is over. */
import { useSyncExternalStore } from 'react'

import { http, ok } from '@/api/client'
import { AudioCall } from './audioCall'
import { chosenDevices } from './devices'

const SHOWN_WITHIN_MS = 5000

export type Sound = 'opening' | 'connected' | 'interrupted'

export interface Answered {
  readonly callId: string
  readonly sound: Sound
}

let answered: Answered | null = null
let audio: AudioCall | null = null
let isSeen = false // the server has shown this call as ours
let openedAt = 0
const listeners = new Set<() => void>()

export function useAnswered(): Answered | null {
  return useSyncExternalStore(subscribe, () => answered)
}

/** Answer the ringing call here. Throws `AudioTrouble` or `Refused`; the call then rings on. */
export async function answerHere(callId: string): Promise<void> {
  if (answered !== null) return
  isSeen = false
  tell({ callId, sound: 'opening' })
  try {
    const opened = await AudioCall.open((sdp) => exchange(callId, sdp), (state) => follow(callId, state), chosenDevices())
    if (!isStill(callId)) { opened.close(); return; } // withdrawn while it was being opened
    audio = opened
    openedAt = performance.now()
  } catch (cause) {
    if (isStill(callId)) tell(null)
    throw cause
  }
}

/** Keep in step with the server: what it no longer knows has no sound, what it mutes is mute. */
export function followServer(callId: string | null, isMuted: boolean): void {
  isSeen ||= answered !== null && answered.callId === callId
  // Its answer may be here before the live change that shows the call.
  const isAwaited = !isSeen && (audio === null || performance.now() - openedAt < SHOWN_WITHIN_MS)
  if (answered !== null && answered.callId !== callId && !isAwaited) {
    audio?.close()
    audio = null
    tell(null)
  }
  audio?.mute(isMuted)
}

export function moveToSpeaker(speakerId: string | undefined): void {
  void audio?.useSpeaker(speakerId)
}

async function exchange(callId: string, sdp: string): Promise<string> {
  const path = { call_id: callId }
  return (await ok(http.POST('/api/desk/calls/{call_id}/answer', { params: { path }, body: { sdp } }))).sdp
}

function follow(callId: string, state: RTCPeerConnectionState): void {
  if (!isStill(callId)) return
  if (state === 'connected') tell({ callId, sound: 'connected' })
  if (state === 'disconnected' || state === 'failed') tell({ callId, sound: 'interrupted' })
}

function isStill(callId: string): boolean {
  return answered?.callId === callId
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(next: Answered | null): void {
  answered = next
  for (const listener of listeners) listener()
}
