/** What I may do with the call in hand, on whichever page: asked of the server, refusals said in words. */
import { http, ok } from '@/api/client'
import type { CallView } from '@/api/types'
import { useAttempt } from '@/ui/refusal'

export interface CallActs {
  readonly mute: () => void
  readonly hold: () => void
  readonly hangUp: () => void
  readonly askHelp: () => void
  readonly send: (digits: string) => Promise<unknown>
}

export function useCallActs(call: Pick<CallView, 'call_id' | 'state' | 'muted' | 'help_since'>): CallActs {
  const attempt = useAttempt()
  const params = { path: { call_id: call.call_id } }
  return {
    mute: () => void attempt(() => ok(http.POST('/api/desk/calls/{call_id}/mute', { params, body: { muted: !call.muted } }))),
    hold: () =>
      void attempt(() =>
        ok(call.state === 'HELD' ? http.POST('/api/desk/calls/{call_id}/resume', { params }) : http.POST('/api/desk/calls/{call_id}/hold', { params })),
      ),
    hangUp: () => void attempt(() => ok(http.POST('/api/desk/calls/{call_id}/hang-up', { params }))),
    askHelp: () => void attempt(() => ok(http.POST('/api/desk/calls/{call_id}/help', { params, body: { wanted: call.help_since == null } }))),
    send: (digits) => ok(http.POST('/api/desk/calls/{call_id}/digits', { params, body: { digits } })),
  }
}
