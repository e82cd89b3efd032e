/** A script's document as a form changes it: every change is a new document, and what the form does not show stays as it is. Pure. */
import type { Bilingual } from '@/api/types'
import type { Document } from './readDocument'

export const KINDS = ['play', 'menu', 'collect', 'hours', 'language', 'queue', 'transfer', 'voicemail', 'hang_up'] as const
export type Kind = (typeof KINDS)[number]

export interface Prompt {
  readonly name: string
  readonly text: Bilingual
}
export interface Choice {
  readonly then: string
  readonly label: Bilingual
}
export type Node = { readonly kind: Kind } & Readonly<Record<string, unknown>>
export interface Graph extends Document {
  readonly start: string
  readonly nodes: Readonly<Record<string, Node>>
}

/** Where a node leads without a key being pressed, by kind. */
const WAYS: Readonly<Record<Kind, readonly string[]>> = {
  play: ['then'],
  menu: ['on_no_input', 'on_invalid'],
  collect: ['then', 'on_no_input'],
  hours: ['open', 'closed'],
  language: ['then'],
  queue: [],
  transfer: [],
  voicemail: [],
  hang_up: [],
}
const SAYS: Readonly<Record<Kind, readonly PromptField[]>> = {
  play: ['prompts'],
  menu: ['prompts', 'no_input_prompts', 'invalid_prompts'],
  collect: ['prompts', 'no_input_prompts', 'invalid_prompts'],
  hours: [],
  language: [],
  queue: ['prompts'],
  transfer: ['prompts'],
  voicemail: ['prompts'],
  hang_up: ['prompts'],
}
export type PromptField = 'prompts' | 'no_input_prompts' | 'invalid_prompts'
export const KEYS = '1 2 3 4 5 6 7 8 9 0 * #'.split(' ')

export const waysOf = (node: Node): readonly string[] => WAYS[node.kind]
export const saysOf = (node: Node): readonly PromptField[] => SAYS[node.kind]
export const promptsOf = (node: Node, field: PromptField): readonly Prompt[] => (node[field] as readonly Prompt[] | undefined) ?? []
export const choicesOf = (node: Node): Readonly<Record<string, Choice>> => (node.choices as Readonly<Record<string, Choice>> | undefined) ?? {}

/** The document as a form can show it; null: its shape is not that of a script, so it is mended as JSON. */
export function graphOf(document: Document): Graph | null {
  const { start, nodes } = document
  if (typeof start !== 'string' || !isMap(nodes)) return null
  return Object.values(nodes).every(isNode) ? (document as Graph) : null
}

function isNode(node: unknown): boolean {
  if (!isMap(node) || !KINDS.includes(node.kind as Kind)) return false
  const prompts = SAYS[node.kind as Kind].flatMap((field) => node[field] ?? [])
  const choices = node.choices === undefined ? {} : node.choices
  return prompts.every(isPrompt) && isMap(choices) && Object.values(choices).every((choice) => isMap(choice) && isMap(choice.label))
}

const isPrompt = (prompt: unknown) => isMap(prompt) && typeof prompt.name === 'string' && isMap(prompt.text)

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The names of all nodes as a caller walks: from the start, keys in their order; those nothing leads to at the end. */
export function walked(graph: Graph): string[] {
  const found: string[] = []
  const visit = (name: string) => {
    const node = graph.nodes[name]
    if (node === undefined || found.includes(name)) return
    found.push(name)
    for (const next of leadsTo(node)) visit(next)
  }
  visit(graph.start)
  return [...found, ...Object.keys(graph.nodes).filter((name) => !found.includes(name))]
}

export function leadsTo(node: Node): string[] {
  const byKey = KEYS.flatMap((key) => choicesOf(node)[key]?.then ?? [])
  return [...byKey, ...waysOf(node).flatMap((way) => (typeof node[way] === 'string' ? [node[way]] : []))]
}

/** Those that lead to a node, the start itself among them as `null`. */
export function leadingTo(graph: Graph, name: string): (string | null)[] {
  const nodes = Object.keys(graph.nodes).filter((from) => from !== name && leadsTo(graph.nodes[from] as Node).includes(name))
  return graph.start === name ? [null, ...nodes] : nodes
}

export function changeNode(graph: Graph, name: string, part: Readonly<Record<string, unknown>>): Graph {
  return { ...graph, nodes: { ...graph.nodes, [name]: { ...(graph.nodes[name] as Node), ...part } } }
}

export function removeNode(graph: Graph, name: string): Graph {
  const without = (map: object) => Object.fromEntries(Object.entries(map).filter(([one]) => one !== name))
  const layout = isMap(graph.layout) ? { layout: without(graph.layout) } : {}
  return { ...graph, ...layout, nodes: without(graph.nodes) }
}

/** A node that can be led to; it leads to the start until somebody says where. */
export function addNode(graph: Graph, name: string, kind: Kind, own: Readonly<Record<string, unknown>>): Graph {
  const ways = Object.fromEntries(WAYS[kind].map((way) => [way, graph.start]))
  const says = SAYS[kind].length > 0 ? { prompts: [] } : {}
  const menu = kind === 'menu' ? { choices: {} } : {}
  return { ...graph, nodes: { ...graph.nodes, [name]: { kind, ...says, ...menu, ...ways, ...own } } }
}

/**
 * A prompt's words, changed wherever it is said. Its name is its sound, and what is published keeps its sound: words that were in
 * use get a new name, made with `mark`.
 */
export function changeWords(graph: Graph, name: string, text: Bilingual, inUse: ReadonlySet<string>, mark: string): Graph {
  const now = inUse.has(name) ? `${name.replace(/_v[a-z0-9]+$/, '').slice(0, 50)}_v${mark}` : name
  const nodes = Object.entries(graph.nodes).map(([id, node]) => {
    const said = SAYS[node.kind].filter((field) => promptsOf(node, field).some((one) => one.name === name))
    const changed = said.map((field) => [field, promptsOf(node, field).map((one) => (one.name === name ? { name: now, text } : one))])
    return [id, { ...node, ...(Object.fromEntries(changed) as Partial<Record<PromptField, Prompt[]>>) }]
  })
  return { ...graph, nodes: Object.fromEntries(nodes) as Graph['nodes'] }
}

/** A prompt's name is a file's: what is left of a node's name, and a mark of its own. */
export function promptName(node: string, mark: string): string {
  const stem = node.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '')
  return `${stem.slice(0, 40) || 'words'}_v${mark}`
}

export function changeChoice(graph: Graph, name: string, key: string, choice: Choice | null, nextKey = key): Graph {
  const choices = Object.entries(choicesOf(graph.nodes[name] as Node))
  const kept = choices.flatMap(([one, was]) => (one !== key ? [[one, was]] : choice === null ? [] : [[nextKey, choice]]))
  const isNew = choice !== null && choices.every(([one]) => one !== key)
  return changeNode(graph, name, { choices: Object.fromEntries(isNew ? [...kept, [nextKey, choice]] : kept) as Record<string, Choice> })
}

/** All names of prompts a document says. */
export function promptNames(graph: Graph): Set<string> {
  return new Set(Object.values(graph.nodes).flatMap((node) => saysOf(node).flatMap((field) => promptsOf(node, field).map(({ name }) => name))))
}
