/** Read what was typed as a script's JSON: the object, or what is wrong with it and where. Pure. */
export type Document = Record<string, unknown>
export interface Place {
  readonly line: number
  readonly column: number
}
export type Read = { readonly document: Document } | { readonly wrong: 'notJson' | 'notObject'; readonly at: Place | null; readonly detail: string }

export function readDocument(typed: string): Read {
  let value: unknown
  try {
    value = JSON.parse(typed)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : ''
    return { wrong: 'notJson', at: placeOf(detail, typed), detail }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { wrong: 'notObject', at: null, detail: '' }
  return { document: value as Document }
}

/** Browsers tell the place in English prose, if at all: "(line 3 column 7)", "at position 12". */
export function placeOf(message: string, typed: string): Place | null {
  const told = /line (\d+) column (\d+)/.exec(message)
  if (told !== null) return { line: Number(told[1]), column: Number(told[2]) }
  const position = /position (\d+)/.exec(message)?.[1]
  if (position === undefined) return null
  const lines = typed.slice(0, Number(position)).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
