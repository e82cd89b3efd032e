import { expect, test } from 'vitest'

import { faultsByField, shownFields } from './fields'

const shown = shownFields([
  { kind: 'names', name: 'name', label: '' },
  { kind: 'lines', name: 'servers', label: '' },
])

test('a fault stands beside the field it names, or the nearest above it', () => {
  const { byField, others } = faultsByField(
    [
      { field: 'name.zh', message: 'too long' },
      { field: 'servers.1', message: 'no host' },
      { field: 'servers', message: 'too many' },
    ],
    shown,
  )
  expect([...byField]).toEqual([
    ['name.zh', ['too long']],
    ['servers', ['no host', 'too many']],
  ])
  expect(others).toEqual([])
})

test('a fault of no field here is not lost', () => {
  expect(faultsByField([{ field: 'tenant', message: 'closed' }], shown).others).toEqual(['closed'])
})
