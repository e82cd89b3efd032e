import { expect, test } from 'vitest'

import { deviceChanges, type Found } from './deviceChange'

const headset: Found[] = [
  { deviceId: 'h', kind: 'audioinput', label: 'Headset' },
  { deviceId: 'h', kind: 'audiooutput', label: 'Headset' },
]
const built: Found[] = [
  { deviceId: 'b', kind: 'audioinput', label: 'Built-in' },
  { deviceId: 'l', kind: 'audiooutput', label: 'Loudspeakers' },
]
const chosen = { microphoneId: 'h', speakerId: 'h', ringerId: 'l' }

test('a headset pulled out is lost as microphone and as speaker; the ring goes on', () => {
  expect(deviceChanges([...headset, ...built], built, chosen)).toEqual([
    { what: 'microphone', how: 'lost', name: 'Headset' },
    { what: 'speaker', how: 'lost', name: 'Headset' },
  ])
})

test('plugged in again it is back', () => {
  expect(deviceChanges(built, [...headset, ...built], chosen).map(({ what, how }) => `${what} ${how}`)).toEqual(['microphone back', 'speaker back'])
})

test('what was not chosen may come and go', () => {
  expect(deviceChanges([...headset, ...built], headset, { microphoneId: 'h' })).toEqual([])
  expect(deviceChanges(headset, [], {})).toEqual([])
})
