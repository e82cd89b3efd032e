import { beforeEach, describe, expect, test } from 'vitest'

import { backOff, BEAT_LIMIT_MS, LiveConnection, type Wire } from './connection'

class FakeWire implements Wire {
  readyState = 0
  onopen: Wire['onopen'] = null
  onmessage: Wire['onmessage'] = null
  onclose: Wire['onclose'] = null
  sent: string[] = []
  isClosed = false

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.isClosed = true
  }

  open(): void {
    this.readyState = 1
    this.onopen?.(new Event('open'))
  }

  say(message: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  end(code = 1006): void {
    this.onclose?.({ code } as CloseEvent)
  }
}

let wires: FakeWire[] = []
let now = 0
let live: LiveConnection

function lastWire(): FakeWire {
  const wire = wires.at(-1)
  if (wire === undefined) throw new Error('nothing was dialled')
  return wire
}

beforeEach(() => {
  wires = []
  now = 1000
  const dial = () => {
    wires.push(new FakeWire())
    return lastWire()
  }
  live = new LiveConnection(dial, { now: () => now, random: () => 0.5 })
  live.subscribe('me')
  live.tick()
})

describe('LiveConnection', () => {
  test('asks for its topics when the wire opens, and shows the snapshot', () => {
    lastWire().open()
    expect(lastWire().sent).toEqual(['{"subscribe":"me"}'])
    lastWire().say({ topic: 'me', seq: 4, snapshot: { agent: { state: 'READY' } } })
    expect(live.status).toBe('live')
    expect(live.entities('me')).toEqual({ agent: { state: 'READY' } })
  })

  test('asks again when a number was missed, and keeps what it knows meanwhile', () => {
    lastWire().open()
    lastWire().say({ topic: 'me', seq: 4, snapshot: { agent: 1 } })
    lastWire().say({ topic: 'me', seq: 6, set: { agent: 2 }, drop: [] })
    expect(lastWire().sent).toHaveLength(2)
    expect(live.entities('me')).toEqual({ agent: 1 })
    lastWire().say({ topic: 'me', seq: 6, snapshot: { agent: 2 } })
    expect(live.entities('me')).toEqual({ agent: 2 })
  })

  test('a closed wire is dialled again at once, then with longer and longer pauses', () => {
    lastWire().open()
    lastWire().say({ beat: 1 })
    lastWire().end()
    expect(live.status).toBe('lost')
    live.tick()
    expect(wires).toHaveLength(2)
    lastWire().end()
    live.tick()
    expect(wires).toHaveLength(2)
    now += 300
    live.tick()
    expect(wires).toHaveLength(3)
  })

  test('a wire that falls silent is given up', () => {
    lastWire().open()
    lastWire().say({ beat: 1 })
    now += BEAT_LIMIT_MS + 1
    live.tick()
    expect(wires[0]?.isClosed).toBe(true)
    expect(live.status).toBe('lost')
  })

  test('a set-up of another number is told, and so is any after a loss', () => {
    let told = 0
    live.onSetUpChange(() => told++)
    lastWire().open()
    for (const set_up of [3, 3, 4, 4]) lastWire().say({ beat: 1, set_up })
    expect(told).toBe(1)
    lastWire().end()
    live.tick()
    lastWire().open()
    lastWire().say({ beat: 1, set_up: 4 })
    expect(told).toBe(2)
  })

  test('knowledge outlives the wire, and the next one subscribes again', () => {
    lastWire().open()
    lastWire().say({ topic: 'me', seq: 4, snapshot: { call: 'c1' } })
    lastWire().end()
    expect(live.entities('me')).toEqual({ call: 'c1' })
    live.tick()
    lastWire().open()
    expect(lastWire().sent).toEqual(['{"subscribe":"me"}'])
  })

  test.each([
    [4401, 'signed_out'],
    [4404, 'gone'],
  ])('what has ended is not dialled again: %s', (code, status) => {
    lastWire().open()
    lastWire().end(code)
    expect(live.status).toBe(status)
    now += 60_000
    live.tick()
    expect(wires).toHaveLength(1)
  })

  test('hurry skips the pause', () => {
    lastWire().end()
    live.tick()
    lastWire().end()
    live.hurry()
    expect(wires).toHaveLength(3)
  })
})

test('the pause grows to four seconds and is spread by chance', () => {
  expect(backOff(0, 1)).toBe(0)
  expect(backOff(99, 0.5)).toBe(4000)
  expect(backOff(99, 0)).toBe(3000)
  expect(backOff(99, 1)).toBe(5000)
})
