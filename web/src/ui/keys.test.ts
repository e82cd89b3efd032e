import { expect, test } from 'vitest'

import { ACTIONS, changedKeys, chordOf, DEFAULT_KEYS, isSlip, keyRefusal, readKeys, typesText, type KeyPress } from './keys'

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
  for (const action of ACTIONS) expect([action, keyRefusal(DEFAULT_KEYS, action, DEFAULT_KEYS[action])]).toEqual([action, null])
  const given = Object.values(DEFAULT_KEYS).filter((chord) => chord !== '')
  expect(new Set(given).size).toBe(given.length)
})

test.each([
  ['answer', 'F5', { why: 'reserved' }],
  ['answer', 'Ctrl+W', { why: 'reserved' }],
  ['goCalls', 'Ctrl+2', { why: 'reserved' }],
  ['answer', 'A', { why: 'letter' }],
  ['answer', ' ', { why: 'letter' }],
  ['answer', 'Enter', { why: 'editing' }],
  ['mute', 'Ctrl+C', { why: 'editing' }],
  ['mute', 'Ctrl+ArrowLeft', { why: 'editing' }],
  ['answer', 'F4', { why: 'taken', by: 'mute' }],
  ['hangUp', 'F3', { why: 'adjacent', by: 'answer' }],
  ['hangUp', 'Ctrl+F2', { why: 'adjacent', by: 'answer' }], // the same finger on the same key
  ['reject', 'Alt+F2', { why: 'adjacent', by: 'answer' }],
  ['answer', 'F10', { why: 'adjacent', by: 'hangUp' }],
  ['hangUp', 'F10', null],
  ['hangUp', '', null],
  ['reject', 'F10', null], // beside the key that hangs up: it does no harm
] as const)('%s on %s: %j', (action, chord, refusal) => expect(keyRefusal(DEFAULT_KEYS, action, chord)).toEqual(refusal))

test('letters lie side by side too', () => {
  const keys = { ...DEFAULT_KEYS, answer: 'Ctrl+Shift+A' }
  expect(keyRefusal(keys, 'hangUp', 'Ctrl+Alt+S')).toEqual({ why: 'adjacent', by: 'answer' })
  expect(keyRefusal(keys, 'hangUp', 'Ctrl+Alt+L')).toBeNull()
})

test.each([
  ['hangUp', 0, 999, true],
  ['hangUp', 0, 1000, false],
  ['reject', 500, 600, true],
  ['hangUp', null, 5, false],
  ['mute', 0, 1, false],
] as const)('%s, answered at %s, at %s: a slip %s', (action, answeredAt, now, slip) => expect(isSlip(action, answeredAt, now)).toBe(slip))

test('only single characters type text', () => {
  expect([typesText('?'), typesText('Shift+A'), typesText('F2'), typesText('Ctrl+Enter')]).toEqual([true, true, false, false])
})

test('what was kept is read, nonsense is not', () => {
  expect(readKeys({ mute: 'F10', hold: 'F5', answer: 7, fly: 'F3' })).toEqual({ ...DEFAULT_KEYS, mute: 'F10' })
  expect(readKeys({})).toEqual(DEFAULT_KEYS)
})

test('acts may change places, and may have no key', () => {
  const wanted = { ...DEFAULT_KEYS, mute: 'F7', hold: 'F4', askHelp: '' }
  expect(readKeys({ mute: 'F7', hold: 'F4', askHelp: '' })).toEqual(wanted)
  expect(changedKeys(wanted)).toEqual({ mute: 'F7', hold: 'F4', askHelp: '' })
})
