import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Hours } from '@/api/types'

/** All opening hours, closed ones too; none until they have come. */
export function useHours(): readonly Hours[] {
  return useQuery({ queryKey: ['hours'], queryFn: () => ok(http.GET('/api/hours')) }).data ?? []
}
