import { expect, test } from 'vitest'

import { addNode, changeChoice, changeWords, graphOf, leadingTo, promptName, promptNames, removeNode, walked, type Graph } from './graph'

const WORDS = { zh: '请按键', en: 'Press a key' }
const menu: Graph = {
  start: 'hello',
  nodes: {
    person: { kind: 'queue', queue_id: 'general' },
    alone: { kind: 'hang_up', prompts: [{ name: 'menu', text: WORDS }] },
    menu: {
      kind: 'menu',
      prompts: [{ name: 'menu', text: WORDS }],
      choices: { '0': { then: 'person', label: {} }, '1': { then: 'bye', label: {} } },
      on_no_input: 'person',
      on_invalid: 'person',
      timeout_s: 7,
    },
    bye: { kind: 'hang_up' },
    hello: { kind: 'play', prompts: [], then: 'menu' },
  },
  layout: { person: [1, 2], bye: [3, 4] },
}

test('nodes stand in the order a caller walks, keys as on a phone, what nothing leads to at the end', () =>
  expect(walked(menu)).toEqual(['hello', 'menu', 'bye', 'person', 'alone']))

test('a circle is walked once, and a way that leads nowhere is no node', () =>
  expect(walked({ start: 'a', nodes: { a: { kind: 'play', then: 'b' }, b: { kind: 'hours', open: 'a', closed: 'gone' } } })).toEqual(['a', 'b']))

test('who leads to a node is known before it is removed', () => {
  expect(leadingTo(menu, 'person')).toEqual(['menu'])
  expect(leadingTo(menu, 'hello')).toEqual([null])
  expect(leadingTo(menu, 'alone')).toEqual([])
})

test('a removed node takes its place on the canvas with it', () => {
  const { nodes, layout } = removeNode(menu, 'bye')
  expect(Object.keys(nodes)).not.toContain('bye')
  expect(layout).toEqual({ person: [1, 2] })
})

test('words in use get a new name wherever they are said; what the form does not show stays', () => {
  const text = { zh: '请选择', en: 'Choose' }
  const changed = changeWords(menu, 'menu', text, new Set(['menu']), 'x1')
  expect(changed.nodes.alone).toMatchObject({ prompts: [{ name: 'menu_vx1', text }] })
  expect(changed.nodes.menu).toMatchObject({ prompts: [{ name: 'menu_vx1', text }], timeout_s: 7 })
  const again = changeWords(changed, 'menu_vx1', WORDS, new Set(['menu']), 'x2')
  expect(promptNames(again)).toEqual(new Set(['menu_vx1']))
  expect(promptNames(changeWords(changed, 'menu_vx1', WORDS, new Set(['menu_vx1']), 'x3'))).toEqual(new Set(['menu_vx3']))
})

test('a key moves, goes and comes', () => {
  const choice = { then: 'bye', label: {} }
  expect(Object.keys(changeChoice(menu, 'menu', '1', choice, '2').nodes.menu?.choices as object)).toEqual(['0', '2'])
  expect(Object.keys(changeChoice(menu, 'menu', '1', null).nodes.menu?.choices as object)).toEqual(['0'])
  expect(Object.keys(changeChoice(menu, 'menu', '9', choice).nodes.menu?.choices as object)).toEqual(['0', '1', '9'])
})

test('a new node leads to the start until somebody says where', () =>
  expect(addNode(menu, 'more', 'collect', { name: 'card' }).nodes.more).toEqual({ kind: 'collect', prompts: [], then: 'hello', on_no_input: 'hello', name: 'card' }))

test.each([
  ['lost card', 'lost_card_v1'],
  ['挂失', 'words_v1'],
  ['2nd menu', 'nd_menu_v1'],
])('the words of the node %s are kept as %s', (node, name) => expect(promptName(node, '1')).toBe(name))

test.each([
  [{}],
  [{ start: 'a', nodes: [] }],
  [{ start: 'a', nodes: { a: { kind: 'unknown' } } }],
  [{ start: 'a', nodes: { a: { kind: 'play', prompts: [{ name: 'x' }] } } }],
  [{ start: 'a', nodes: { a: { kind: 'menu', choices: { 1: 'b' } } } }],
])('%j is no form', (document) => expect(graphOf(document)).toBeNull())
test('a script is one, unfinished too', () => expect(graphOf({ start: 'gone', nodes: { a: { kind: 'menu' } } })).not.toBeNull())
