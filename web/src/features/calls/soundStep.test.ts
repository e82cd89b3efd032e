import { expect, test } from 'vitest'

import { soundStep } from './soundStep'

const call = { call_id: 'c', leg_id: 'l1' }
const here = { callId: 'c', legId: 'l1' }

test.each([
  ['nothing in hand', null, undefined, false, null, 'stay'],
  ['its sound is here', here, call, false, 'c', 'stay'],
  ['being opened', { callId: 'c', legId: null }, undefined, false, null, 'stay'],
  ['opened, not yet shown', here, undefined, true, 'c', 'stay'],
  ['over', here, undefined, false, 'c', 'close'],
  ['another call', here, { call_id: 'd', leg_id: 'l2' }, false, 'c', 'close'],
  ['taken over by another page', here, { call_id: 'c', leg_id: 'l2' }, false, 'c', 'close'],
  ['lost by the network', here, { call_id: 'c', leg_id: null }, false, 'c', 'rejoin'],
  ['reloaded, the loss noticed', null, { call_id: 'c', leg_id: null }, false, 'c', 'rejoin'],
  ['reloaded, the loss not noticed yet', null, call, false, 'c', 'rejoin'],
  ['in another tab', null, call, false, null, 'stay'],
  ['lost by another tab', null, { call_id: 'c', leg_id: null }, false, null, 'stay'],
] as const)('%s', (_, here, inHand, isAwaited, kept, step) => expect(soundStep(here, inHand, isAwaited, kept)).toBe(step))
