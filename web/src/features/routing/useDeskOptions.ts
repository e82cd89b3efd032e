import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import { useMay } from '@/features/people/session'

/** Break reasons, dispositions and queues. They change seldom. */
export function useDeskOptions() {
  const may = useMay()
  return useQuery({
    queryKey: ['deskOptions'],
    queryFn: () => ok(http.GET('/api/desk/options')),
    staleTime: 5 * 60_000,
    enabled: may('calls.take') || may('calls.read') || may('wallboard.read'),
  })
}
