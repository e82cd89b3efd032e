import { expect, test } from 'vitest'

import { whyNoBreak, whyNoDeviceChange, whyNotOut, whyNotReady } from './why'

test.each([
  [undefined, 'noView', 'noView', 'noView', 'noView'],
  ['OFFLINE', null, null, 'alreadyOut', null],
  ['BREAK', null, null, null, null],
  ['READY', 'alreadyReady', null, null, 'deviceBusy'],
  ['RINGING', 'busy', null, 'outBusy', 'deviceBusy'],
  ['TALKING', 'busy', null, null, 'deviceBusy'],
  ['ACW', 'acwFirst', null, null, 'deviceBusy'],
] as const)('in %s', (state, ready, pause, out, device) => {
  expect([whyNotReady(state), whyNoBreak(state, 5), whyNotOut(state), whyNoDeviceChange(state)]).toEqual([ready, pause, out, device])
})

test('without reasons there is no break', () => expect(whyNoBreak('READY', 0)).toBe('noBreak'))
