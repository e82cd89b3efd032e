/** What will be said of a call, until it is saved: kept through a reload, and the same for the form and the command bar. */
import { useCallback, useSyncExternalStore } from 'react'

export interface Draft {
  readonly code: string | null
  readonly note: string
}

const EMPTY: Draft = { code: null, note: '' }
const drafts = new Map<string, Draft>()
const listeners = new Set<() => void>()
const keptAs = (callId: string) => `banjie.draft.${callId}`

export function useDraft(callId: string): [Draft, (draft: Draft) => void] {
  const draft = useSyncExternalStore(subscribe, () => draftOf(callId))
  const change = useCallback((next: Draft) => changeDraft(callId, next), [callId])
  return [draft, change]
}

export function draftOf(callId: string): Draft {
  const known = drafts.get(callId)
  if (known !== undefined) return known
  const kept = sessionStorage.getItem(keptAs(callId))
  const draft = kept === null ? EMPTY : (JSON.parse(kept) as Draft)
  drafts.set(callId, draft)
  return draft
}

export function changeDraft(callId: string, draft: Draft): void {
  sessionStorage.setItem(keptAs(callId), JSON.stringify(draft))
  drafts.set(callId, draft)
  for (const listener of listeners) listener()
}

/** It is saved: nothing of it stays in this browser. */
export function forgetDraft(callId: string): void {
  sessionStorage.removeItem(keptAs(callId))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
