import { App } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Callee } from '@/api/types'
import { placeHere } from '@/features/calls/answeredCall'
import { AudioTrouble } from '@/features/calls/audioCall'
import { useMe } from '@/features/calls/useMe'
import { useAttempt } from '@/ui/refusal'

/** Call somebody where I answer my calls: in this page, or from my desk phone, which rings first. */
export function usePlace(): { place: (callee: Callee) => Promise<boolean>; whyNot: string | null } {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const attempt = useAttempt()
  const agent = useMe()?.agent
  const place = (callee: Callee) =>
    attempt(async () => {
      try {
        await (agent?.device === 'phone' ? ok(http.POST('/api/desk/calls', { body: callee })) : placeHere(callee))
      } catch (cause) {
        if (!(cause instanceof AudioTrouble)) throw cause
        void message.error(t(`routing.mic.${cause.trouble}`), 6)
      }
    })
  const state = agent?.state ?? 'OFFLINE'
  const whyNot = state === 'READY' || state === 'BREAK' ? null : t(state === 'OFFLINE' ? 'handover.signInFirst' : 'handover.busyNow')
  return { place, whyNot }
}
