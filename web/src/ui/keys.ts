/**
 * Keys for acts. Laws: no bare letter or digit (an agent types notes, an IME composes); nothing a browser or Windows keeps
 * for itself; answering and hanging up lie apart; one key, one act; everything can be put elsewhere.
 */
export const ACTIONS = ['answer', 'reject', 'mute', 'hold', 'keypad', 'transfer', 'swap', 'conference', 'complete', 'askHelp', 'hangUp', 'ready', 'break', 'moreTime', 'submit', 'help'] as const
export type Action = (typeof ACTIONS)[number]
export type Keys = Readonly<Record<Action, string>>

export const DEFAULT_KEYS: Keys = {
  answer: 'F2',
  reject: 'Shift+F2',
  mute: 'F4',
  hold: 'F7',
  keypad: 'Shift+F7',
  transfer: 'Ctrl+F8',
  swap: 'Ctrl+F7',
  conference: 'Ctrl+Shift+F7',
  complete: 'Ctrl+Shift+F8',
  askHelp: 'F8',
  hangUp: 'F9',
  ready: 'Shift+F8',
  break: 'Shift+F4',
  moreTime: 'Shift+F9',
  submit: 'Ctrl+Enter',
  help: '?',
}

const RESERVED = new Set(['F1', 'F5', 'Ctrl+F5', 'Shift+F5', 'F11', 'F12', 'Alt+F4', 'Ctrl+F4', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Ctrl+R', 'Ctrl+L'])

export interface KeyPress {
  readonly key: string
  readonly keyCode?: number
  readonly isComposing?: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Name what was pressed ("Shift+F2"); null for modifiers alone and for everything an input method still works on. */
export function chordOf(press: KeyPress): string | null {
  if (press.isComposing === true || press.keyCode === 229 || press.key === 'Process') return null
  if (['Shift', 'Control', 'Alt', 'Meta', 'Dead', 'Unidentified', 'CapsLock'].includes(press.key)) return null
  const name = press.key.length === 1 ? press.key.toUpperCase() : press.key
  const isSymbol = name.length === 1 && !/[\p{L}\d ]/u.test(name) // its shift is part of it
  const parts = [press.ctrlKey || press.metaKey ? 'Ctrl' : '', press.altKey ? 'Alt' : '', press.shiftKey && !isSymbol ? 'Shift' : '', name]
  return parts.filter(Boolean).join('+')
}

/** Whether a chord types something: such keys act only outside of text fields. */
export function typesText(chord: string): boolean {
  return chord.replace('Shift+', '').length === 1
}

export type KeyRefusal = 'reserved' | 'letter' | 'taken' | 'adjacent'

/** Why an act cannot have this key, or null if it can. */
export function keyRefusal(keys: Keys, action: Action, chord: string): KeyRefusal | null {
  if (RESERVED.has(chord)) return 'reserved'
  if (/^(Shift\+)?[\p{L}\d ]$/u.test(chord) || ['Enter', 'Tab', 'Escape', 'Backspace'].includes(chord)) return 'letter'
  if (ACTIONS.some((other) => other !== action && keys[other] === chord)) return 'taken'
  const next = { ...keys, [action]: chord }
  return areAdjacent(next.answer, next.hangUp) ? 'adjacent' : null
}

function areAdjacent(one: string, other: string): boolean {
  const places = [one, other].map((chord) => /F(\d+)$/.exec(chord)?.[1])
  return places.every((place) => place !== undefined) && Math.abs(Number(places[0]) - Number(places[1])) <= 1
}

/** Read what was kept; acts that are missing or make no sense get their usual key. */
export function readKeys(kept: string | null): Keys {
  const keys: Record<Action, string> = { ...DEFAULT_KEYS }
  let read: unknown
  try {
    read = JSON.parse(kept ?? '{}')
  } catch {
    return keys
  }
  if (typeof read !== 'object' || read === null) return keys
  for (const action of ACTIONS) {
    const chord = (read as Record<string, unknown>)[action]
    if (typeof chord === 'string' && chord !== keys[action] && keyRefusal(keys, action, chord) === null) keys[action] = chord
  }
  return keys
}
