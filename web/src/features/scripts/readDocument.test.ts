import { expect, test } from 'vitest'

import { readDocument } from './readDocument'

test('an object is a document', () => expect(readDocument('{"start":"a"}')).toEqual({ document: { start: 'a' } }))
test.each(['[]', '1', 'null', '"x"'])('%s is not', (typed) => expect(readDocument(typed)).toMatchObject({ wrong: 'notObject' }))
test('broken JSON says where', () => expect(readDocument('{"start":}')).toMatchObject({ wrong: 'notJson', detail: expect.stringMatching(/position|token/i) as string }))
