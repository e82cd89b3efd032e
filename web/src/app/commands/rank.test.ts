import { expect, test } from 'vitest'

import type { Command } from '@/ui/commands'
import { rank } from './rank'

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({ id, title, whyNot: null, run: () => undefined, ...more })
const all = [
  command('hangUp', '挂机', { also: ['Hang up'] }),
  command('hold', '保持', { also: ['Hold / resume'], whyNot: '多方通话中不能保持' }),
  command('break.lunch', '小休 · 就餐', { also: ['Break · Lunch'] }),
  command('break.rest', '小休 · 休息', { also: ['Break · Rest'] }),
  command('transfer.1002', '转接给 李四', { also: ['Li', '1002'] }),
  command('consult.1002', '咨询 李四', { also: ['Li', '1002'] }),
  command('go.calls', '打开通话记录', { also: ['Open Calls'] }),
]
const ids = (typed: string, recent: string[] = []) => rank(all, typed, recent).map((one) => one.id)

test.each([
  ['挂', ['hangUp']],
  ['gj', ['hangUp']], // initials
  ['guaji', ['hangUp']],
  ['hang', ['hangUp']],
  ['BL', ['break.lunch']], // initials of English words
  ['baochi', ['hold']],
  ['xx jc', ['break.lunch']],
  ['xiuxi', ['break.rest']],
  ['lunch', ['break.lunch']],
  ['zj ls', ['transfer.1002']],
  ['lisi', ['transfer.1002', 'consult.1002']],
  ['1002', ['transfer.1002', 'consult.1002']],
  ['咨询 李', ['consult.1002']],
  ['thjl', ['go.calls']],
  ['(', []],
  ['nothing of this', []],
])('%s finds %j', (typed, found) => expect(ids(typed)).toEqual(found))

test('before anything is typed the last used stand first, and what cannot be done last', () => {
  expect(ids('', ['go.calls', 'break.rest'])).toEqual(['go.calls', 'break.rest', 'hangUp', 'break.lunch', 'transfer.1002', 'consult.1002', 'hold'])
})

test('among what fits alike the one used lately stands first, but never before what fits better', () => {
  expect(ids('李四', ['consult.1002'])).toEqual(['consult.1002', 'transfer.1002'])
  expect(ids('小休', ['break.rest', 'hangUp'])[0]).toBe('break.rest')
})

test('what cannot be done is found too: its reason is shown', () => {
  expect(ids('hold')).toContain('hold')
})
