import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Option } from '@/ui/record/fields'
import { useText } from '@/ui/useLanguage'

/** All queues; closed ones cannot be chosen. */
export function useQueueOptions(): Option[] {
  const text = useText()
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ok(http.GET('/api/queues')) }).data ?? []
  return queues.map(({ queue_id, name, is_active }) => ({ value: queue_id, label: text(name) || queue_id, disabled: !is_active }))
}
