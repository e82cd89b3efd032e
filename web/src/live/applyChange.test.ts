import { describe, expect, test } from 'vitest'

import { applyChange, readMessage, type TopicState } from './applyChange'

const at5: TopicState = { seq: 5, entities: { agent: { state: 'READY' }, offer: { call_id: 'c1' } } }

describe('applyChange', () => {
  test('the next change sets and drops', () => {
    const next = applyChange(at5, { topic: 'me', seq: 6, set: { call: { call_id: 'c1' } }, drop: ['offer'] })
    expect(next).toEqual({ seq: 6, entities: { agent: { state: 'READY' }, call: { call_id: 'c1' } } })
  })

  test('a change that is already in the snapshot leaves it as it is', () => {
    expect(applyChange(at5, { topic: 'me', seq: 5, set: { offer: {} }, drop: ['agent'] })).toBe(at5)
  })

  test('a missed number asks for a new snapshot', () => {
    expect(applyChange(at5, { topic: 'me', seq: 7, set: {}, drop: [] })).toBeNull()
  })

  test('the old state is never changed', () => {
    const before = structuredClone(at5)
    applyChange(at5, { topic: 'me', seq: 6, set: { agent: { state: 'BREAK' } }, drop: ['offer'] })
    expect(at5).toEqual(before)
  })

  test('setting wins over dropping: an entity replaced in the same turn stays', () => {
    const next = applyChange(at5, { topic: 'me', seq: 6, set: { offer: { call_id: 'c2' } }, drop: ['offer'] })
    expect(next?.entities['offer']).toEqual({ call_id: 'c2' })
  })
})

describe('readMessage', () => {
  test.each(['{"topic":"me","seq":1,"snapshot":{}}', '{"topic":"me","seq":2,"set":{},"drop":[]}', '{"beat":3}', '{"refused":"x","code":"y"}'])(
    'understands %s',
    (text) => expect(readMessage(text)).toEqual(JSON.parse(text)),
  )

  test.each(['', 'x', '1', 'null', '[]', '{}', '{"topic":"me"}', '{"topic":"me","seq":"1","set":{}}'])('refuses %s', (text) =>
    expect(readMessage(text)).toBeNull(),
  )
})
