/** Many tabs, one ring: the tab that holds the lock rings. Going ready in a tab takes the lock over. */
import { useSyncExternalStore } from 'react'

const LOCK = 'banjie-ring'

let isLeader = false
let hasBegun = false
const listeners = new Set<() => void>()

/** Stand in line for the ring. Safe to repeat. */
export function standForRing(): void {
  if (hasBegun) return
  hasBegun = true
  void hold({})
}

/** Take the ring over from whichever tab has it: the agent is here. */
export function takeRing(): void {
  hasBegun = true
  if (!isLeader) void hold({ steal: true })
}

export function useIsRingLeader(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isLeader,
  )
}

async function hold(options: LockOptions): Promise<void> {
  // Without locks (plain http on another machine) every tab rings: rather two rings than none.
  const locks = navigator.locks as LockManager | undefined
  if (locks === undefined) { lead(true); return; }
  try {
    await locks.request(LOCK, options, () => {
      lead(true)
      return new Promise<never>(() => undefined) // held until the tab closes or another steals it
    })
  } catch {
    lead(false)
    void hold({}) // stolen: stand in line again
  }
}

function lead(now: boolean): void {
  isLeader = now
  for (const listener of listeners) listener()
}
