import { expect, test } from 'vitest'

import { readExceptions, readPeriods, writeExceptions, writePeriods } from './week'

test('periods are read as people write them', () => {
  expect(readPeriods('09:00-12:00 13:00-18:00')).toEqual(['09:00-12:00', '13:00-18:00'])
  expect(readPeriods(' 09：00–12：00，13:00～18:00 ')).toEqual(['09:00-12:00', '13:00-18:00'])
  expect(readPeriods('')).toEqual([])
  expect(writePeriods(readPeriods('09:00-12:00,13:00-18:00'))).toBe('09:00-12:00 13:00-18:00')
})

test('an exception without times closes the day', () => {
  const read = readExceptions('2026-10-11 09:00-12:00\n\n2026-10-01\n')
  expect(read).toEqual({ '2026-10-11': ['09:00-12:00'], '2026-10-01': [] })
  expect(writeExceptions(read)).toBe('2026-10-01\n2026-10-11 09:00-12:00')
})
