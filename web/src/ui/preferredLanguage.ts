export type Language = 'zh' | 'en'

/** Chosen before: that. Else the first of the browser's that we speak. Else Chinese. */
export function preferredLanguage(kept: string | null, asked: readonly string[]): Language {
  if (kept === 'zh' || kept === 'en') return kept
  for (const tag of asked) {
    const primary = tag.slice(0, 2).toLowerCase()
    if (primary === 'zh' || primary === 'en') return primary
  }
  return 'zh'
}
