/** Skills by their names: those of the house, and whatever else is asked for. */
import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Bilingual } from '@/api/types'
import { useText } from '@/ui/useLanguage'

export const LEVELS = [0, 1, 2, 3, 4, 5]

interface Named {
  code: string
  name: Bilingual
}

export function useSkills(also: readonly string[] = []): Named[] {
  const known = (useQuery({ queryKey: ['skills'], queryFn: () => ok(http.GET('/api/skills')) }).data ?? []).filter((skill) => skill.is_active)
  const codes = new Set(known.map(({ code }) => code))
  return [...known, ...also.filter((code) => !codes.has(code)).map((code) => ({ code, name: { zh: code, en: code } }))]
}

/** "Loans ≥ 2, English": any proficiency is not said. */
export function useNeedsText(): (needs: Readonly<Record<string, number>>) => string {
  const text = useText()
  const skills = useSkills()
  const named = (code: string) => {
    const skill = skills.find((one) => one.code === code)
    return skill === undefined ? code : text(skill.name)
  }
  return (needs) =>
    Object.entries(needs)
      .map(([code, level]) => (level > 0 ? `${named(code)} ≥ ${level}` : named(code)))
      .join(', ') || '—'
}
