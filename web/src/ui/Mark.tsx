/** A small coloured word in a list. The colours read at 4.5:1. */
import type { ReactNode } from 'react'

export type MarkKind = 'good' | 'poor' | 'bad' | 'live' | 'vip' | 'quiet'

export function Mark({ kind, children }: { kind: MarkKind; children: ReactNode }) {
  return <span className={`mark mark-${kind}`}>{children}</span>
}
