/** A list of codes with parents, as a tree on a page. Pure. */
import type { CodeOut, CodeRow } from '@/api/types'

/** Each parent directly before its children, siblings in the order given; what stands in a circle or under nothing known comes last. */
export function inTreeOrder(codes: readonly CodeOut[]): CodeRow[] {
  const rows: CodeRow[] = []
  const walk = (parent: string | null, depth: number) => {
    for (const code of codes.filter((one) => one.parent === parent)) {
      rows.push({ ...code, depth })
      walk(code.code, depth + 1)
    }
  }
  walk(null, 0)
  const shown = new Set(rows.map((row) => row.code))
  return [...rows, ...codes.filter((code) => !shown.has(code.code)).map((code) => ({ ...code, depth: 0 }))]
}

/** A code with everything below it. */
export function belowOf(code: string, codes: readonly CodeOut[]): Set<string> {
  const below = new Set([code])
  for (let before = 0; before < below.size; ) {
    before = below.size
    for (const one of codes) if (one.parent !== null && below.has(one.parent)) below.add(one.code)
  }
  return below
}

/** The order of all codes after one changed places with its neighbour among its siblings. */
export function movedAmongSiblings(codes: readonly CodeOut[], code: string, by: -1 | 1): string[] {
  const order = codes.map((one) => one.code)
  const parent = codes.find((one) => one.code === code)?.parent
  const siblings = codes.filter((one) => one.parent === parent).map((one) => one.code)
  const neighbour = siblings[siblings.indexOf(code) + by]
  if (neighbour === undefined) return order
  const here = order.indexOf(code)
  const there = order.indexOf(neighbour)
  order[here] = neighbour
  order[there] = code
  return order
}
