/** Which commands this person used lately in this browser, the last first. */
const KEPT = 'banjie.commands'
const REMEMBERED_COUNT = 12

export function usedLately(userId: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${KEPT}.${userId}`) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}

export function rememberUse(userId: string, id: string): void {
  const next = [id, ...usedLately(userId).filter((other) => other !== id)].slice(0, REMEMBERED_COUNT)
  localStorage.setItem(`${KEPT}.${userId}`, JSON.stringify(next))
}
