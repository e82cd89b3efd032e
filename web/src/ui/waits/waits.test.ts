import { expect, test } from 'vitest'

import { waitForm } from './waits'

test.each([
  [0, 1, 'underAMinute'],
  [0, 4, 'upTo'],
  [2, 5, 'range'],
  [25, 30, 'range'],
  [8, null, 'maybeOverLongest'],
  [30, null, 'overLongest'],
])('from %s to %s minutes is said as %s', (low_min, high_min, form) => expect(waitForm({ low_min, high_min })).toBe(form))
