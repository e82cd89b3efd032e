import type { AcwView, AgentView, CallView, OfferView } from '@/api/types'
import { useTopic } from '@/live/live'

export interface Me {
  readonly agent?: AgentView
  readonly offer?: OfferView
  readonly call?: CallView
  readonly acw?: AcwView
}

/** The agent's own live screen; undefined until the server has told it. */
export function useMe(): Me | undefined {
  return useTopic('me')
}
