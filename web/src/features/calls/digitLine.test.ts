import { expect, test } from 'vitest'

import { DigitLine } from './digitLine'

test('digits pressed while others are on the way follow together, in order', async () => {
  const sent: string[] = []
  const answers: (() => void)[] = []
  const line = new DigitLine((digits) => {
    sent.push(digits)
    return new Promise<void>((done) => answers.push(done))
  })
  const first = line.press('4')
  void line.press('2')
  void line.press('#')
  expect(sent).toEqual(['4'])
  answers[0]?.()
  await Promise.resolve()
  await Promise.resolve()
  expect(sent).toEqual(['4', '2#'])
  answers[1]?.()
  await first
  await Promise.all([line.press('7'), Promise.resolve().then(() => answers[2]?.())])
  expect(sent).toEqual(['4', '2#', '7'])
})
