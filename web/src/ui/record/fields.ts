/** What a form asks for, as a list: one entry a field. A new field of a record is one more entry. */
import type { ReactNode } from 'react'

import type { Fault } from '@/api/client'

export interface Option {
  readonly value: string
  readonly label: string
  readonly disabled?: boolean
}

interface Common {
  readonly name: string // as in the interface; faults of the server name it
  readonly label: string
  readonly hint?: string
  readonly isFixed?: boolean // shown, and not to be changed
  readonly when?: (values: Readonly<Record<string, unknown>>) => boolean // shown only then
}

export type Field = Common &
  (
    | { readonly kind: 'section' } // a heading above those that follow
    | { readonly kind: 'names' } // one line in Chinese, one in English
    | { readonly kind: 'text' | 'secret'; readonly isNeeded?: boolean; readonly placeholder?: string }
    | { readonly kind: 'number'; readonly unit: string; readonly least: number; readonly most: number; readonly without?: string; readonly per?: number } // `without`: may be left out, and what that means; `per`: so many of the interface's units make one shown
    | { readonly kind: 'choice'; readonly options: readonly Option[]; readonly without?: string }
    | { readonly kind: 'choices'; readonly options: readonly Option[]; readonly isNeeded?: boolean }
    | { readonly kind: 'lines'; readonly placeholder?: string } // a list of texts, one a line
    | { readonly kind: 'check' }
    | { readonly kind: 'own'; readonly input: ReactNode } // takes `value` and `onChange`
  )

/** Gather faults by the field that shows them: the one named, or the nearest field above it. The rest has no field here. */
export function faultsByField(faults: readonly Fault[], shown: readonly string[]): { byField: Map<string, string[]>; others: string[] } {
  const byField = new Map<string, string[]>()
  const others: string[] = []
  for (const { field, message } of faults) {
    const place = placeOf(field, shown)
    if (place === null) others.push(message)
    else byField.set(place, [...(byField.get(place) ?? []), message])
  }
  return { byField, others }
}

function placeOf(field: string, shown: readonly string[]): string | null {
  for (let at = field; at !== ''; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    if (shown.includes(at)) return at
  }
  return null
}

/** The names under which a form shows faults: a field of names has one for each language. */
export function shownFields(fields: readonly Field[]): string[] {
  return fields.flatMap(({ name, kind }) => (kind === 'names' ? [`${name}.zh`, `${name}.en`] : [name]))
}
