/** What an account has to fit in with. */
import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Team } from '@/api/types'
import { useDirectory } from '@/features/calls/useDirectory'
import type { Around } from './personForm'

export function useTeams(): readonly Team[] {
  return useQuery({ queryKey: ['teams'], queryFn: () => ok(http.GET('/api/teams')) }).data ?? []
}

export function useAround(): Around {
  const { queues } = useDirectory()
  const teams = useTeams()
  const skills = useQuery({ queryKey: ['skills'], queryFn: () => ok(http.GET('/api/skills')) }).data ?? []
  return { queues, teams, skills }
}
