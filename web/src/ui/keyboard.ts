/** The keys as the reader has them, and the hook that gives an act its key. They are kept with his account. */
import { useEffect, useRef, useSyncExternalStore } from 'react'

import { http, ok } from '@/api/client'
import { changedKeys, chordOf, DEFAULT_KEYS, isSlip, readKeys, typesText, type Action, type Keys } from './keys'

let keys: Keys = DEFAULT_KEYS
let answeredAtMs: number | null = null
const listeners = new Set<() => void>()

export function useKeys(): Keys {
  return useSyncExternalStore(subscribe, () => keys)
}

/** Take the keys that came with the account. */
export function loadKeys(kept: Readonly<Record<string, unknown>>): void {
  tell(readKeys(kept))
}

/** Put an act on another key, '' for none. Throws what the server refuses; then nothing has changed. */
export async function changeKey(action: Action, chord: string): Promise<void> {
  await keep({ ...keys, [action]: chord })
}

export async function resetKeys(): Promise<void> {
  await keep(DEFAULT_KEYS)
}

/** Do `act` when its key is pressed anywhere on the page, unless it is disabled. */
export function useKey(action: Action, act: () => void, isEnabled = true): void {
  const latest = useRef({ act, isEnabled })
  useEffect(() => {
    latest.current = { act, isEnabled }
  })
  useEffect(() => {
    const onPress = (event: KeyboardEvent) => {
      const chord = chordOf(event)
      if (chord === null || chord !== keys[action] || isCapturing(event.target)) return
      if (typesText(chord) && isTextField(event.target)) return
      event.preventDefault() // the browser's own meaning (F3, F7) stays away even while the act is not possible
      if (event.repeat || !latest.current.isEnabled || isSlip(action, answeredAtMs, performance.now())) return
      if (action === 'answer') answeredAtMs = performance.now()
      latest.current.act()
    }
    window.addEventListener('keydown', onPress)
    return () => window.removeEventListener('keydown', onPress)
  }, [action])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function keep(next: Keys): Promise<void> {
  const before = keys
  tell(next)
  try {
    await ok(http.PUT('/api/session/keys', { body: { keys: changedKeys(next) } }))
  } catch (cause) {
    tell(before)
    throw cause
  }
}

function tell(next: Keys): void {
  keys = next
  for (const listener of listeners) listener()
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
}

/** The field in which a new key is being chosen. */
function isCapturing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.dataset['captures'] === 'key'
}
