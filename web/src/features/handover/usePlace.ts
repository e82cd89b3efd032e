import { App } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Callee, Placed } from '@/api/types'
import { placeHere } from '@/features/calls/answeredCall'
import { AudioTrouble } from '@/features/calls/audioCall'
import { useMe } from '@/features/calls/useMe'
import { useAttempt } from '@/ui/refusal'

/** Asks the server for a call, with the sound of this page, or for one from the desk phone (null). */
type AskToPlace = (sdp: string | null) => Promise<Placed>

/** Call somebody where I answer my calls: in this page, or from my desk phone, which rings first. */
export function usePlace(): { place: (callee: Callee) => Promise<boolean>; placeBy: (ask: AskToPlace) => Promise<boolean>; whyNot: string | null } {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const attempt = useAttempt()
  const agent = useMe()?.agent
  const placeBy = (ask: AskToPlace) =>
    attempt(async () => {
      try {
        await (agent?.device === 'phone' ? ask(null) : placeHere(ask))
      } catch (cause) {
        if (!(cause instanceof AudioTrouble)) throw cause
        void message.error(t(`routing.mic.${cause.trouble}`), 6)
      }
    })
  const place = (callee: Callee) => placeBy((sdp) => ok(http.POST('/api/desk/calls', { body: { ...callee, sdp } })))
  const state = agent?.state ?? 'OFFLINE'
  const whyNot = state === 'READY' || state === 'BREAK' ? null : t(state === 'OFFLINE' ? 'handover.signInFirst' : 'handover.busyNow')
  return { place, placeBy, whyNot }
}
