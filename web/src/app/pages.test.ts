import { describe, expect, it } from 'vitest'

import { entriesOf, PAGES } from './pages'

const named = (...names: string[]) => PAGES.filter(({ name }) => names.includes(name))

describe('what stands in the head', () => {
  it('has every page in one entry, in order', () => {
    const entries = entriesOf(PAGES)
    expect(entries.flatMap(({ pages }) => pages)).toHaveLength(PAGES.length)
    expect(entries.map(({ label }) => label)).toEqual(['desk', 'wallboard', 'contacts', 'setUp'])
  })

  it('names a group of one after its page', () => {
    expect(entriesOf(named('desk', 'messages', 'queues')).map(({ label }) => label)).toEqual(['desk', 'messages', 'queues'])
  })

  it('is empty for who may see nothing', () => {
    expect(entriesOf([])).toEqual([])
  })
})
