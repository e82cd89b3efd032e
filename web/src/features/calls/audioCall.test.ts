import { expect, test } from 'vitest'

import { preferTelephony, troubleOf } from './audioCall'

test('A-law comes first, digits last, everything else is not offered', () => {
  const codecs = ['audio/opus', 'audio/telephone-event', 'audio/PCMU', 'audio/red', 'audio/PCMA'].map((mimeType) => ({ mimeType }))
  expect(preferTelephony(codecs).map((codec) => codec.mimeType)).toEqual(['audio/PCMA', 'audio/PCMU', 'audio/telephone-event'])
})

test.each([
  ['NotAllowedError', 'microphone_refused'],
  ['NotFoundError', 'no_microphone'],
  ['NotReadableError', 'microphone_busy'],
])('%s means %s', (name, trouble) => expect(troubleOf(Object.assign(new Error(), { name }))).toBe(trouble))
