/** What can be done by name: every act on the page that has a key offers itself here, and so may anything else. */
import { useEffect, useId, useSyncExternalStore } from 'react'

import type { Action } from './keys'

export interface Command {
  readonly id: string // the same thing has the same one tomorrow: what was used lately is remembered by it
  readonly title: string
  readonly also?: readonly string[] // other words it is found by: the other language, an extension
  readonly detail?: string
  readonly whyNot: string | null // null: it can be done now
  readonly key?: Action
  readonly run: () => void
}

const offered = new Map<string, readonly Command[]>()
const listeners = new Set<() => void>()
let all: readonly Command[] = []

/** Offer these for as long as the component is there. */
export function useOffered(commands: readonly Command[]): void {
  const id = useId()
  useEffect(() => {
    const before = offered.get(id)
    offered.set(id, commands)
    if (before === undefined || signature(before) !== signature(commands)) tell()
  })
  useEffect(
    () => () => {
      offered.delete(id)
      tell()
    },
    [id],
  )
}

/** What is offered now; to be done by `runNewest`. */
export function useCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => all,
  )
}

/** Do it as it is offered now; what has become impossible meanwhile is not done. */
export function runNewest(command: Command): void {
  const newest = [...offered.values()].flat().find((one) => one.id === command.id) ?? command
  if (newest.whyNot === null) newest.run()
}

function signature(commands: readonly Command[]): string {
  return JSON.stringify(commands.map(({ id, title, detail, whyNot }) => [id, title, detail, whyNot]))
}

function tell(): void {
  all = [...offered.values()].flat()
  for (const listener of listeners) listener()
}
