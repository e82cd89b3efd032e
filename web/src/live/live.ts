/** The page's one live connection, and the hooks that read it. */
import { useCallback, useEffect, useSyncExternalStore } from 'react'

import type { Entities } from './applyChange'
import { LiveConnection, type Status } from './connection'
import { onTick } from './ticker'
import { liveUrl } from './url'

let connection: LiveConnection | null = null
let stopTicking = () => {}
let signedOut = () => {}
let setUpChanged = () => {}

window.addEventListener('online', () => connection?.hurry())
document.addEventListener('visibilitychange', () => connection?.hurry())

function theConnection(): LiveConnection {
  if (connection === null) {
    const made = new LiveConnection(() => new WebSocket(liveUrl('/api/live')), { now: () => performance.now(), random: Math.random })
    stopTicking = onTick(() => made.tick())
    made.onChange(() => {
      if (made.status === 'signed_out') signedOut()
    })
    made.onSetUpChange(() => setUpChanged())
    connection = made
  }
  return connection
}

/** Forget everything at sign-out; the next hook starts anew. */
export function closeLive(): void {
  stopTicking()
  connection?.close()
  connection = null
}

/** The entities of a topic, kept up to date; undefined before the first snapshot. */
export function useTopic(topic: string): Entities | undefined {
  const live = theConnection()
  useEffect(() => live.subscribe(topic), [live, topic])
  const subscribe = useCallback((listener: () => void) => live.onChange(listener), [live])
  return useSyncExternalStore(subscribe, () => live.entities(topic))
}

export function useLiveStatus(): Status {
  const live = theConnection()
  const subscribe = useCallback((listener: () => void) => live.onChange(listener), [live])
  return useSyncExternalStore(subscribe, () => live.status)
}

/** Be told when the server closes this page's session. */
export function whenSignedOut(tell: () => void): void {
  signedOut = tell
}

/** Be told when the house was set up anew: names and lists are to be read again. */
export function whenSetUpChanged(tell: () => void): void {
  setUpChanged = tell
}
