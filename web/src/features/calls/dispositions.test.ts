import { expect, test } from 'vitest'

import type { Choice } from '@/api/types'
import { findDispositions, groupDispositions } from './dispositions'

const choice = (code: string, zh: string, parent: string | null = null): Choice => ({ code, label: { zh, en: code }, parent, is_active: true, needs_note: false })
const TREE = [
  choice('account', '账户'),
  choice('balance', '余额', 'account'),
  choice('limit', '限额', 'account'),
  choice('card', '银行卡'),
  choice('loss', '挂失', 'card'),
  choice('loss.done', '已挂失', 'loss'),
  choice('other', '其他'),
]

test('leaves stand under the path that leads to them', () => {
  const groups = groupDispositions(TREE).map((group) => [group.path.map((label) => label['zh']), group.leaves.map((leaf) => leaf.code)])
  expect(groups).toEqual([
    [['账户'], ['balance', 'limit']],
    [['银行卡', '挂失'], ['loss.done']],
    [[], ['other']],
  ])
})

test.each([
  ['限额', ['limit']],
  ['BAL', ['balance']],
  ['账户', ['balance', 'limit']],
  ['nothing', []],
  ['  ', ['balance', 'limit', 'loss.done', 'other']],
])('finds %s', (words, codes) => {
  const found = findDispositions(groupDispositions(TREE), words)
  expect(found.flatMap((group) => group.leaves.map((leaf) => leaf.code))).toEqual(codes)
})

test('a tree that bites its tail ends', () => {
  expect(groupDispositions([choice('a', 'a', 'b'), choice('b', 'b', 'a'), choice('c', 'c', 'a')])).toHaveLength(1)
})

test('what is closed is read elsewhere, and not offered here', () => {
  const closed = TREE.map((choice) => ({ ...choice, is_active: !choice.code.startsWith('loss') && choice.code !== 'other' }))
  expect(groupDispositions(closed).flatMap((group) => group.leaves.map((leaf) => leaf.code))).toEqual(['balance', 'limit', 'card'])
})
