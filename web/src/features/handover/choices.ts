/** To whom a caller can be handed, as one list: found by what is typed, each with what can be done and why not. Pure. */
import type { Bilingual, Target, Targets } from '@/api/types'

export type Kind = 'colleagues' | 'queues' | 'numbers' | 'outside'

export interface Choice {
  readonly key: string
  readonly kind: Kind
  readonly name: Bilingual
  readonly detail: string // extension or number
  readonly target: Target
  readonly state?: string // of a colleague
  readonly queue?: Targets['queues'][number]
  readonly canConsult: boolean
}

const ASKED_MIN = 3 // digits of the shortest number there is

/** Who is free first; then by extension. A number typed is an outside one. */
export function choicesOf(targets: Targets, typed: string): Choice[] {
  const wanted = typed.trim().toLowerCase()
  const has = (choice: Choice) => [choice.detail, ...Object.values(choice.name)].some((text) => text.toLowerCase().includes(wanted))
  const colleagues = targets.colleagues.map(
    (one): Choice => ({ key: `c${one.agent_id}`, kind: 'colleagues', name: one.name, detail: one.extension, target: { agent_id: one.agent_id }, state: one.state, canConsult: true }),
  )
  colleagues.sort((a, b) => Number(b.state === 'READY') - Number(a.state === 'READY') || a.detail.localeCompare(b.detail))
  const queues = targets.queues.map(
    (one): Choice => ({ key: `q${one.queue_id}`, kind: 'queues', name: one.name, detail: '', target: { queue_id: one.queue_id }, queue: one, canConsult: false }),
  )
  const numbers = targets.numbers.map(
    (one): Choice => ({ key: `n${one.number}`, kind: 'numbers', name: one.name, detail: one.number, target: { script_of: one.number }, canConsult: false }),
  )
  return [...[...colleagues, ...queues, ...numbers].filter(has), ...outside(typed)]
}

function outside(typed: string): Choice[] {
  const number = typed.trim()
  const digits = number.replace(/\D/g, '')
  if (digits.length < ASKED_MIN || !/^\+?[\d\s().-]+$/.test(number)) return []
  return [{ key: 'outside', kind: 'outside', name: {}, detail: number, target: { number }, canConsult: true }]
}
