/**
 * Keys for acts. Laws: no bare letter or digit (an agent types notes, an IME composes); nothing a browser, Windows or a text
 * field keeps for itself; answering lies apart from hanging up and rejecting, and within a second of it neither is done by key;
 * one key, one act; everything can be put elsewhere, or have no key ('').
 */
export const ACTIONS = [
  'commands', 'answer', 'reject', 'mute', 'hold', 'keypad', 'transfer', 'swap', 'conference', 'complete', 'askHelp', 'hangUp',
  'ready', 'break', 'offline', 'moreTime', 'submit', 'dial', 'sound', 'goDesk', 'goWallboard', 'goCalls', 'language', 'help',
] as const // prettier-ignore
export type Action = (typeof ACTIONS)[number]
export type Keys = Readonly<Record<Action, string>>

export const DEFAULT_KEYS: Keys = {
  commands: 'Ctrl+K',
  answer: 'F2',
  reject: 'Ctrl+F9',
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
  offline: '',
  moreTime: 'Shift+F9',
  submit: 'Ctrl+Enter',
  dial: '',
  sound: '',
  goDesk: '',
  goWallboard: '',
  goCalls: '',
  language: '',
  help: '?',
}

/** What a browser does before the page is asked, or what would take the page away. */
const RESERVED = new Set([
  'F1', 'F5', 'Ctrl+F5', 'Shift+F5', 'F6', 'F11', 'F12', 'Alt+F4', 'Ctrl+F4', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Ctrl+R', 'Ctrl+L', 'Ctrl+Q',
  'Ctrl+Shift+W', 'Ctrl+Shift+T', 'Ctrl+Shift+N', 'Ctrl+Shift+R', 'Ctrl+Shift+I', 'Ctrl+Shift+J', 'Ctrl+Shift+C', 'Ctrl+Shift+Q',
  'Ctrl+Tab', 'Ctrl+Shift+Tab', 'Ctrl+PageUp', 'Ctrl+PageDown', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Home', 'Ctrl+Alt+Delete',
]) // prettier-ignore
const EDITING = new Set([
  'Enter', 'Tab', 'Escape', 'Backspace', 'Delete', 'Insert', 'Home', 'End', 'PageUp', 'PageDown', 'ContextMenu',
  'Ctrl+A', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+Y', 'Ctrl+Z', 'Ctrl+Shift+Z', 'Ctrl+Shift+V', 'Shift+Enter', 'Shift+Tab',
]) // prettier-ignore
const ROWS = ['F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12', '1 2 3 4 5 6 7 8 9 0 - =', 'Q W E R T Y U I O P [ ]', 'A S D F G H J K L ;', 'Z X C V B N M , . /'].map((row) => row.split(' '))
const PARTING: ReadonlySet<Action> = new Set(['hangUp', 'reject'])
const GUARD_MS = 1000

export interface KeyPress {
  readonly key: string
  readonly keyCode?: number
  readonly isComposing?: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Whether an input method still works on what is pressed: such a press is its, not ours. */
export function isComposed(press: Pick<KeyPress, 'key' | 'keyCode' | 'isComposing'>): boolean {
  return press.isComposing === true || press.keyCode === 229 || press.key === 'Process'
}

/** Name what was pressed ("Shift+F2"); null for modifiers alone and for everything an input method still works on. */
export function chordOf(press: KeyPress): string | null {
  if (isComposed(press)) return null
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

export type KeyRefusal =
  | { readonly why: 'reserved' | 'letter' | 'editing' }
  | { readonly why: 'taken' | 'adjacent'; readonly by: Action }

/** Why an act cannot have this key, or null if it can. */
export function keyRefusal(keys: Keys, action: Action, chord: string): KeyRefusal | null {
  if (chord === '') return null
  if (RESERVED.has(chord) || /^Ctrl\+\d$/.test(chord)) return { why: 'reserved' }
  if (/^(Shift\+)?[\p{L}\d ]$/u.test(chord)) return { why: 'letter' }
  if (EDITING.has(chord) || /^((Ctrl|Shift)\+)*Arrow/.test(chord)) return { why: 'editing' }
  const owner = ACTIONS.find((other) => other !== action && keys[other] === chord)
  if (owner !== undefined) return { why: 'taken', by: owner }
  const opposed = action === 'answer' ? [...PARTING] : PARTING.has(action) ? (['answer'] as const) : []
  const near = opposed.find((other) => areNear(chord, keys[other]))
  return near === undefined ? null : { why: 'adjacent', by: near }
}

/** The same key or the next one, whatever is held with it. */
function areNear(one: string, other: string): boolean {
  const [a, b] = [one, other].map((chord) => /[^+]+$|\+$/.exec(chord)?.[0] ?? '')
  if (a === undefined || b === undefined || a === '' || b === '') return false
  return a === b || ROWS.some((row) => row.includes(a) && row.includes(b) && Math.abs(row.indexOf(a) - row.indexOf(b)) === 1)
}

/** Whether this act by key follows an answer by key so closely that it was the same movement of the hand. */
export function isSlip(action: Action, answeredAtMs: number | null, nowMs: number): boolean {
  return PARTING.has(action) && answeredAtMs !== null && nowMs - answeredAtMs < GUARD_MS
}

/** Read what was kept; acts that are missing or make no sense get their usual key. */
export function readKeys(kept: Readonly<Record<string, unknown>>): Keys {
  const keys: Record<Action, string> = { ...DEFAULT_KEYS }
  const wanted = ACTIONS.filter((action) => typeof kept[action] === 'string')
  for (const action of wanted) keys[action] = '' // two acts may have changed places
  for (const action of wanted) {
    const chord = String(kept[action])
    if (keyRefusal(keys, action, chord) === null) keys[action] = chord
    else if (keyRefusal(keys, action, DEFAULT_KEYS[action]) === null) keys[action] = DEFAULT_KEYS[action]
  }
  return keys
}

/** What is worth keeping: the acts whose key is not the usual one. */
export function changedKeys(keys: Keys): Record<string, string> {
  return Object.fromEntries(ACTIONS.filter((action) => keys[action] !== DEFAULT_KEYS[action]).map((action) => [action, keys[action]]))
}
