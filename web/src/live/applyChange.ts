/**
 * The rule of live topics. A topic is a map from key to entity, numbered: a snapshot replaces the map, a change numbered
 * one higher is applied to it, and any other number means that something was lost: subscribe again.
 */
export type Entities = Readonly<Record<string, unknown>>

export interface TopicState {
  readonly seq: number
  readonly entities: Entities
}

export interface Snapshot {
  readonly topic: string
  readonly seq: number
  readonly snapshot: Entities
}

export interface Change {
  readonly topic: string
  readonly seq: number
  readonly set: Entities
  readonly drop: readonly string[]
}

export type LiveMessage = Snapshot | Change | { readonly beat: number; readonly set_up?: number } | { readonly refused: string; readonly code: string }

/** Return the map after the change, the same one if the change is already in it, or null when one was missed. */
export function applyChange(state: TopicState, change: Change): TopicState | null {
  if (change.seq <= state.seq) return state
  if (change.seq !== state.seq + 1) return null
  const dropped = new Set(change.drop)
  const kept = Object.entries(state.entities).filter(([key]) => !dropped.has(key))
  return { seq: change.seq, entities: { ...Object.fromEntries(kept), ...change.set } }
}

/** Read one message; null for what is not understood. */
export function readMessage(text: string): LiveMessage | null {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof said !== 'object' || said === null) return null
  if ('beat' in said || 'refused' in said) return said as LiveMessage
  const isNumbered = 'topic' in said && 'seq' in said && typeof said.seq === 'number'
  return isNumbered && ('snapshot' in said || 'set' in said) ? (said as LiveMessage) : null
}
