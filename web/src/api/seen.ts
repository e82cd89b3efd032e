/** What the page had seen of the set-up when it read a record: sent along when that record is saved, so that nobody saves over a change unseen. */
const HEADER = 'X-Set-Up-Seen'
const SEEN = Symbol('seen')

type Row = object & { [SEEN]?: string }

/** Mark each record of an answer. A copy made by spreading keeps the mark. */
export function noteSeen(body: unknown, headers: Headers): void {
  const seen = headers.get(HEADER)
  if (seen === null || typeof body !== 'object' || body === null) return
  const rows: unknown = 'items' in body ? body.items : body
  if (Array.isArray(rows)) for (const row of rows as Row[]) row[SEEN] = seen
}

/** What to save a record with. */
export function asSeen(row: object): { headers: Record<string, string> } {
  const seen = (row as Row)[SEEN]
  return { headers: seen === undefined ? {} : { [HEADER]: seen } }
}
