/** The keys as the reader has them, and the hook that gives an act its key. */
import { useEffect, useRef, useSyncExternalStore } from 'react'

import { chordOf, DEFAULT_KEYS, readKeys, typesText, type Action, type Keys } from './keys'

const KEPT = 'banjie.keys'

let keys: Keys = readKeys(localStorage.getItem(KEPT))
const listeners = new Set<() => void>()

export function useKeys(): Keys {
  return useSyncExternalStore(subscribe, () => keys)
}

export function changeKey(action: Action, chord: string): void {
  keep({ ...keys, [action]: chord })
}

export function resetKeys(): void {
  keep(DEFAULT_KEYS)
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
      if (!event.repeat && latest.current.isEnabled) latest.current.act()
    }
    window.addEventListener('keydown', onPress)
    return () => window.removeEventListener('keydown', onPress)
  }, [action])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function keep(next: Keys): void {
  keys = next
  localStorage.setItem(KEPT, JSON.stringify(next))
  for (const listener of listeners) listener()
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
}

/** The field in which a new key is being chosen. */
function isCapturing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.dataset['captures'] === 'key'
}
