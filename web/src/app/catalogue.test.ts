import { describe, expect, test } from 'vitest'

import * as visitor from '@/features/calls/visitor/texts'
import { en, zh } from './catalogue'

type Tree = { readonly [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of leaves(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort()

describe.each([
  ['desk', zh, en],
  ['call page', visitor.zh, visitor.en],
])('the words of the %s', (_name, chinese, english) => {
  const inChinese = leaves(chinese)
  const inEnglish = leaves(english)

  test('both catalogues have the same keys', () => {
    expect([...inEnglish.keys()].sort()).toEqual([...inChinese.keys()].sort())
  })

  test('no text is empty, and both fill in the same facts', () => {
    for (const [key, text] of inChinese) {
      const other = inEnglish.get(key) ?? ''
      expect([key, text.trim() !== '', other.trim() !== '']).toEqual([key, true, true])
      expect([key, placeholders(other)]).toEqual([key, placeholders(text)])
    }
  })

  test('English has no Chinese in it but the name of the product and of the other language', () => {
    const foreign = [...inEnglish].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key)
    expect(foreign.filter((key) => !/(^|\.)(product|productName|language|languageLabel)$/.test(key))).toEqual([])
  })
})
