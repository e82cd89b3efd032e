import { App } from 'antd'
import { useTranslation } from 'react-i18next'

import { AudioTrouble } from '@/features/calls/audioCall'
import { useAttempt } from '@/ui/refusal'
import { beIn, type Mode } from './ear'

/** Be in a call, and say why where it cannot be. */
export function useBeIn(): (callId: string, mode: Mode) => void {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const attempt = useAttempt()
  return (callId, mode) =>
    void attempt(async () => {
      try {
        await beIn(callId, mode)
      } catch (cause) {
        if (!(cause instanceof AudioTrouble)) throw cause
        void message.error(t(`routing.mic.${cause.trouble}`), 6)
      }
    })
}
