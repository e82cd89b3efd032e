import { expect, test } from 'vitest'

import { writeCsv } from './csv'

test('cells are quoted where they must be, and never formulas', () => {
  expect(writeCsv([['行', 'a,b', 'say "x"', '=1+1']])).toBe('\uFEFF行,"a,b","say ""x""",\'=1+1\r\n')
})
