/** The sound of the agent's call in this tab: opened by answering, taken up again after a reload, closed with the call. */
import { useSyncExternalStore } from 'react'

import { http, ok } from '@/api/client'
import type { CallView, Placed } from '@/api/types'
import { AudioCall } from './audioCall'
import { chosenDevices } from './devices'
import { readCounters, type Counters } from './quality'
import { holdSound, isSoundInAnotherTab, releaseSound } from './soundLock'
import { soundStep } from './soundStep'

const SHOWN_WITHIN_MS = 5000
const AGAIN_AFTER_MS = 2000
/** Which call's sound this tab has; a reload keeps it, and a tab duplicated from this one believes it too: see `soundLock`. */
const KEPT = 'banjie.sound'

export type Sound = 'opening' | 'connected' | 'interrupted'

export interface Answered {
  readonly callId: string
  readonly legId: string | null // null: being opened
  readonly sound: Sound
}

interface Made {
  readonly sdp: string
  readonly legId: string
  readonly callId: string
}

type Ask = (sdp: string) => Promise<Made>
type Way = '/api/desk/calls/{call_id}/answer' | '/api/desk/calls/{call_id}/rejoin'

let answered: Answered | null = null
let audio: AudioCall | null = null
let isSeen = false // the server has shown this call with this sound
let openedAt = 0
let retryAt = 0
const listeners = new Set<() => void>()

export function useAnswered(): Answered | null {
  return useSyncExternalStore(subscribe, () => answered)
}

/** Answer the ringing call here. Throws `AudioTrouble` or `Refused`; the call then rings on. */
export async function answerHere(callId: string): Promise<void> {
  if (answered !== null && answered.callId !== callId) close() // who is offered a call has no other any more
  if (answered === null) await open(callId, asking(callId, '/api/desk/calls/{call_id}/answer'))
}

/** Call somebody from this tab. Throws `AudioTrouble` or `Refused`. */
export async function placeHere(ask: (sdp: string) => Promise<Placed>): Promise<void> {
  if (answered !== null) return
  await open('', async (sdp) => {
    const made = await ask(sdp)
    return { sdp: made.sdp ?? '', legId: made.leg_id, callId: made.call_id }
  })
}

/** Take the sound of the call in hand to this tab. Throws `AudioTrouble` or `Refused`. */
export async function rejoinHere(callId: string): Promise<void> {
  if (answered?.sound === 'opening') return
  audio?.close()
  audio = null
  await open(callId, asking(callId, '/api/desk/calls/{call_id}/rejoin'))
}

function asking(callId: string, way: Way): Ask {
  return async (sdp) => {
    const made = await ok(http.POST(way, { params: { path: { call_id: callId } }, body: { sdp } }))
    return { sdp: made.sdp, legId: made.leg_id, callId: made.call_id }
  }
}

/** Take a sound that is open already for that of the call in hand: a supervisor took it over. */
export function adopt(opened: AudioCall, callId: string, legId: string): void {
  audio?.close()
  audio = opened
  audio.onState = (state) => follow(legId, state)
  isSeen = true
  sessionStorage.setItem(KEPT, callId)
  holdSound(callId)
  tell({ callId, legId, sound: 'connected' })
}

/** `callId` is empty where the call is only being placed. */
async function open(callId: string, ask: Ask): Promise<void> {
  isSeen = false
  const made: { told?: Made } = {}
  const mine: Answered = { callId, legId: null, sound: 'opening' }
  tell(mine)
  const exchange = async (sdp: string) => {
    made.told = await ask(sdp)
    return made.told.sdp
  }
  try {
    const opened = await AudioCall.open(exchange, (state) => follow(made.told?.legId ?? null, state), chosenDevices())
    const told = made.told
    if (answered !== mine || told === undefined) { opened.close(); return; } // withdrawn while it was being opened
    audio = opened
    openedAt = performance.now()
    sessionStorage.setItem(KEPT, told.callId)
    holdSound(told.callId)
    tell({ callId: told.callId, legId: told.legId, sound: opened.state === 'connected' ? 'connected' : 'opening' })
  } catch (cause) {
    if (answered === mine) tell(null)
    throw cause
  }
}

/** Keep in step with the server: call it when its view of the call changes, and now and then. */
export function followServer(call: CallView | undefined): void {
  isSeen ||= answered?.legId != null && answered.legId === call?.leg_id
  const isAwaited = !isSeen && (audio === null || performance.now() - openedAt < SHOWN_WITHIN_MS)
  switch (soundStep(answered, call, isAwaited, sessionStorage.getItem(KEPT))) {
    case 'close':
      close()
      break
    case 'rejoin':
      if (call !== undefined) void rejoinSoon(call.call_id)
      break
    case 'stay':
      break
  }
  if (call !== undefined) audio?.mute(call.muted)
}

async function rejoinSoon(callId: string): Promise<void> {
  const now = performance.now()
  if (now < retryAt) return
  retryAt = now + AGAIN_AFTER_MS
  if (await isSoundInAnotherTab(callId)) return
  // Refused, or no microphone: the panel then offers to do it by hand.
  rejoinHere(callId).catch(() => sessionStorage.removeItem(KEPT))
}

function close(): void {
  audio?.close()
  audio = null
  sessionStorage.removeItem(KEPT)
  releaseSound()
  tell(null)
}

/** What was counted of the packets of the call in this page; null: there is none, or no sound yet. */
export async function soundCounters(): Promise<Counters | null> {
  return audio === null ? null : readCounters(await audio.reports())
}

function follow(legId: string | null, state: RTCPeerConnectionState): void {
  if (answered === null || legId === null || answered.legId !== legId) return
  if (state === 'connected') tell({ ...answered, sound: 'connected' })
  if (state === 'disconnected' || state === 'failed') tell({ ...answered, sound: 'interrupted' })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(next: Answered | null): void {
  answered = next
  for (const listener of listeners) listener()
}
