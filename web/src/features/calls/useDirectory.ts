/** Names for ids: queues and, where the reader may see them, people. Ids without a name are shown as they are. */
import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Bilingual, Queue, User } from '@/api/types'
import { useMay } from '@/features/people/session'

export interface Directory {
  readonly queues: readonly Queue[]
  readonly agents: readonly User[]
  readonly queueName: (id: string | null) => Bilingual
  readonly agentName: (id: string | null) => Bilingual
}

const LONG_MS = 5 * 60_000

/** Everybody who works or worked here; nobody where the reader may not know. */
export function useEverybody(): readonly User[] {
  const may = useMay()
  return useQuery({ queryKey: ['users'], queryFn: () => ok(http.GET('/api/users')), staleTime: LONG_MS, enabled: may('users.read') }).data ?? []
}

export function useDirectory(): Directory {
  const may = useMay()
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ok(http.GET('/api/queues')), staleTime: LONG_MS, enabled: may('queues.read') })
  const users = useEverybody()
  const itself = (id: string | null): Bilingual => (id === null ? {} : { zh: id, en: id })
  return {
    queues: queues.data ?? [],
    agents: users.filter((user) => user.roles.includes('agent')),
    queueName: (id) => queues.data?.find((queue) => queue.queue_id === id)?.name ?? itself(id),
    agentName: (id) => users.find((user) => user.user_id === id)?.name ?? itself(id),
  }
}
