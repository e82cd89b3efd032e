import type { AcwView, AgentView, AppointmentsView, CallView, OfferView, WatchView } from '@/api/types'
import { useTopic } from '@/live/live'

export interface Me {
  readonly agent?: AgentView
  readonly offer?: OfferView
  readonly call?: CallView
  readonly acw?: AcwView
  readonly watch?: WatchView
  readonly appointments?: AppointmentsView
}

/** The agent's own live screen; undefined until the server has told it. */
export function useMe(): Me | undefined {
  return useTopic('me')
}
