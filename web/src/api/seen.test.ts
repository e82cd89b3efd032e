import { expect, test } from 'vitest'

import { asSeen, noteSeen } from './seen'

const headers = new Headers({ 'X-Set-Up-Seen': '7' })

test('a record is saved with what was seen when it was read, a copy of it too', () => {
  const rows = [{ id: 'a' }, { id: 'b' }]
  noteSeen(rows, headers)
  const [row] = rows
  expect(asSeen({ ...row, depth: 1 })).toEqual({ headers: { 'X-Set-Up-Seen': '7' } })
  expect(JSON.stringify(row)).toBe('{"id":"a"}')
})

test('the records of a page are marked, those of an answer that says nothing are not', () => {
  const page = { items: [{ id: 'a' }], next_after: null }
  noteSeen(page, headers)
  expect(asSeen(page.items[0] ?? {}).headers).not.toEqual({})
  const others = [{ id: 'a' }]
  noteSeen(others, new Headers())
  noteSeen(null, headers)
  expect(asSeen(others[0] ?? {})).toEqual({ headers: {} })
})
