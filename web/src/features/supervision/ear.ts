/** A supervisor's sound in this tab: one for all calls and modes. The server says in which call it is. */
import { useSyncExternalStore } from 'react'

import { http, ok } from '@/api/client'
import type { CallView, WatchView } from '@/api/types'
import { adopt } from '@/features/calls/answeredCall'
import { AudioCall } from '@/features/calls/audioCall'
import { chosenDevices } from '@/features/calls/devices'

export type Mode = 'monitor' | 'whisper' | 'barge'

const SHOWN_WITHIN_MS = 5000

let audio: AudioCall | null = null
let legId: string | null = null
let isOpening = false
let isSeen = false // the server has shown this ear in a call
let openedAt = 0
const listeners = new Set<() => void>()

/** Whether this tab has, or opens, a supervisor's sound. */
export function useEar(): boolean {
  return useSyncExternalStore(subscribe, () => isOpening || audio !== null)
}

/** Be in this call in this mode: with the sound that is open, or a new one. Throws `AudioTrouble` or `Refused`. */
export async function beIn(callId: string, mode: Mode): Promise<void> {
  if (isOpening) return
  const params = { path: { call_id: callId } }
  if (audio !== null) {
    await ok(http.POST('/api/supervision/calls/{call_id}/mode', { params, body: { mode } }))
    return
  }
  isOpening = true
  isSeen = false
  tell()
  const exchange = async (sdp: string) => {
    const made = await ok(http.POST('/api/supervision/calls/{call_id}/listen', { params, body: { mode, sdp } }))
    legId = made.leg_id
    return made.sdp
  }
  try {
    audio = await AudioCall.open(exchange, lost, chosenDevices())
    audio.mute(mode === 'monitor')
    openedAt = performance.now()
  } finally {
    isOpening = false
    tell()
  }
}

export async function leave(): Promise<void> {
  close()
  await ok(http.DELETE('/api/supervision/watch'))
}

/**
 * Keep in step with the server: who only listens does not speak; who took the call over goes on with the same sound as its
 * agent; an ear nobody has any more is closed.
 */
export function followWatch(watch: WatchView | undefined, call: CallView | undefined): void {
  if (audio === null) return
  if (call !== undefined && legId !== null && call.leg_id === legId) {
    adopt(audio, call.call_id, legId)
    audio = legId = null
    tell()
    return
  }
  isSeen ||= watch?.leg_id === legId
  if (watch !== undefined && watch.leg_id === legId) audio.mute(watch.mode === 'monitor')
  else if (isSeen || performance.now() - openedAt > SHOWN_WITHIN_MS) close()
}

function lost(state: RTCPeerConnectionState): void {
  if (state === 'failed') close()
}

function close(): void {
  audio?.close()
  audio = null
  legId = null
  tell()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}
