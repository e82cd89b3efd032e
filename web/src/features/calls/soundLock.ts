/**
 * Which tab of this browser has the sound of the call: the one that holds its lock. A tab that was duplicated remembers the call
 * as its original does (the browser copies what a tab keeps), but the lock is not copied. It is free again when the tab closes.
 */
const nameOf = (callId: string) => `banjie-sound-${callId}`

let letGo: (() => void) | null = null

/** This tab has it from now on, whoever had it before. */
export function holdSound(callId: string): void {
  releaseSound()
  const locks = navigator.locks as LockManager | undefined // none on plain http, where there is no microphone either
  const held = new Promise<void>((done) => (letGo = done))
  void locks?.request(nameOf(callId), { steal: true }, () => held).catch(() => undefined) // stolen in turn: it is taken there
}

export function releaseSound(): void {
  letGo?.()
  letGo = null
}

export async function isSoundInAnotherTab(callId: string): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined
  if (letGo !== null || locks === undefined) return false
  const { held = [] } = await locks.query()
  return held.some((lock) => lock.name === nameOf(callId))
}
