import { expect, test } from 'vitest'

import { ACTIONS, chordOf, DEFAULT_KEYS, keyRefusal, readKeys, typesText, type KeyPress } from './keys'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

test.each([
  [press('F2'), 'F2'],
  [press('F2', { shiftKey: true }), 'Shift+F2'],
  [press('Enter', { metaKey: true }), 'Ctrl+Enter'],
  [press('?', { shiftKey: true }), '?'],
  [press('a'), 'A'],
  [press('Shift', { shiftKey: true }), null],
])('names a press', (given, chord) => expect(chordOf(given)).toBe(chord))

test.each([press('F9', { isComposing: true }), press('Process'), press('F9', { keyCode: 229 })])('an input method at work triggers nothing', (given) =>
  expect(chordOf(given)).toBeNull(),
)

test('the usual keys obey their own laws', () => {
  for (const action of ACTIONS) expect(keyRefusal(DEFAULT_KEYS, action, DEFAULT_KEYS[action])).toBeNull()
  expect(new Set(Object.values(DEFAULT_KEYS)).size).toBe(ACTIONS.length)
})

test.each([
  ['answer', 'F5', 'reserved'],
  ['answer', 'A', 'letter'],
  ['answer', 'Enter', 'letter'],
  ['answer', 'F4', 'taken'],
  ['hangUp', 'F3', 'adjacent'],
  ['hangUp', 'F10', null],
] as const)('%s on %s: %s', (action, chord, refusal) => expect(keyRefusal(DEFAULT_KEYS, action, chord)).toBe(refusal))

test('only single characters type text', () => {
  expect([typesText('?'), typesText('Shift+A'), typesText('F2'), typesText('Ctrl+Enter')]).toEqual([true, true, false, false])
})

test('what was kept is read, nonsense is not', () => {
  expect(readKeys('{"mute":"F10","hold":"F5","answer":7}')).toEqual({ ...DEFAULT_KEYS, mute: 'F10' })
  expect(readKeys('[')).toEqual(DEFAULT_KEYS)
  expect(readKeys(null)).toEqual(DEFAULT_KEYS)
})
