/** The tree of dispositions, flattened for a screen: each group of leaves under the path that leads to it. Pure. */
import type { Bilingual, Choice } from '@/api/types'

export interface DispositionGroup {
  readonly path: readonly Bilingual[]
  readonly leaves: readonly Choice[]
}

/** Group the leaves by their parents, in the order given. Leaves at the top stand in a group without a path. */
export function groupDispositions(all: readonly Choice[]): DispositionGroup[] {
  const choices = all.filter((choice) => choice.is_active)
  const byCode = new Map(choices.map((choice) => [choice.code, choice]))
  const parents = new Set(choices.map((choice) => choice.parent))
  const groups = new Map<string | null, Choice[]>()
  for (const leaf of choices.filter((choice) => !parents.has(choice.code))) {
    groups.set(leaf.parent, [...(groups.get(leaf.parent) ?? []), leaf])
  }
  return [...groups].map(([parent, leaves]) => ({ path: pathTo(parent, byCode), leaves }))
}

function pathTo(code: string | null, byCode: ReadonlyMap<string, Choice>): Bilingual[] {
  const path: Bilingual[] = []
  const seen = new Set<string>()
  for (let at = code; at !== null && !seen.has(at); ) {
    seen.add(at)
    const choice = byCode.get(at)
    if (choice === undefined) break
    path.unshift(choice.label)
    at = choice.parent
  }
  return path
}

/** Keep the leaves whose label, code or path contains the words, in any language. */
export function findDispositions(groups: readonly DispositionGroup[], words: string): DispositionGroup[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return [...groups]
  const holds = (label: Bilingual) => Object.values(label).some((text) => text.toLowerCase().includes(wanted))
  return groups
    .map((group) => ({
      path: group.path,
      leaves: group.path.some(holds) ? group.leaves : group.leaves.filter((leaf) => holds(leaf.label) || leaf.code.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.leaves.length > 0)
}
