import { expect, test } from 'vitest'

import { belowOf, inTreeOrder, movedAmongSiblings } from './codeTree'

const code = (code: string, parent: string | null = null) => ({ code, parent, name: {}, is_active: true, needs_note: false })
const codes = [code('b'), code('a'), code('a.2', 'a'), code('a.1', 'a'), code('a.1.x', 'a.1'), code('lost', 'nowhere')]

test('children stand below their parent, in the order given', () => {
  expect(inTreeOrder(codes).map((row) => `${row.depth} ${row.code}`)).toEqual(['0 b', '0 a', '1 a.2', '1 a.1', '2 a.1.x', '0 lost'])
})

test('what is below a code cannot become its parent', () => {
  expect([...belowOf('a', codes)].sort()).toEqual(['a', 'a.1', 'a.1.x', 'a.2'])
})

test('a code changes places with its neighbour of the same level, and stays at the ends', () => {
  expect(movedAmongSiblings(codes, 'a.1', -1)).toEqual(['b', 'a', 'a.1', 'a.2', 'a.1.x', 'lost'])
  expect(movedAmongSiblings(codes, 'b', -1)).toEqual(codes.map((one) => one.code))
  expect(movedAmongSiblings(codes, 'b', 1)[0]).toBe('a')
})
