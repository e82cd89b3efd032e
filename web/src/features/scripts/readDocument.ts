/** Read what was typed as a script's JSON: the object, or what is wrong with it. Pure. */
export type Document = Record<string, unknown>
export type Read = { readonly document: Document } | { readonly wrong: 'notJson' | 'notObject'; readonly detail: string }

export function readDocument(typed: string): Read {
  let value: unknown
  try {
    value = JSON.parse(typed)
  } catch (cause) {
    return { wrong: 'notJson', detail: cause instanceof Error ? cause.message : '' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { wrong: 'notObject', detail: '' }
  return { document: value as Document }
}
