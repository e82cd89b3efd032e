import { expect, test } from 'vitest'

import { placeOf, readDocument } from './readDocument'

test('an object is a document', () => expect(readDocument('{"start":"a"}')).toEqual({ document: { start: 'a' } }))
test.each(['[]', '1', 'null', '"x"'])('%s is not', (typed) => expect(readDocument(typed)).toMatchObject({ wrong: 'notObject' }))
test('broken JSON is told as such', () => expect(readDocument('{"start":}')).toMatchObject({ wrong: 'notJson', detail: expect.stringMatching(/token/i) as string }))
test.each([
  ['Expected property name in JSON at position 14 (line 3 column 3)', { line: 3, column: 3 }],
  ['Expected property name in JSON at position 14', { line: 3, column: 3 }],
  ['JSON.parse: expected property name at line 3 column 3 of the JSON data', { line: 3, column: 3 }],
  ['JSON Parse error', null],
])('the place is read from %j', (message, at) => expect(placeOf(message, '{\n  "a": 1,\n  x\n}')).toEqual(at))
