import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'

/** Break reasons, dispositions and queues. They change seldom. */
export function useDeskOptions() {
  return useQuery({
    queryKey: ['deskOptions'],
    queryFn: () => ok(http.GET('/api/desk/options')),
    staleTime: 5 * 60_000,
  })
}
