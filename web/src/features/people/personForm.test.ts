import { expect, test } from 'vitest'

import { readSkills } from './personForm'

test('skills are read as they are written, with the proficiency or without', () => {
  expect(readSkills(['loans:3', ' cards ', '贷款：5', 'en=2', '', 'odd:x'])).toEqual({ loans: 3, cards: 0, 贷款: 5, en: 2, odd: 0 })
})
