/** A refusal in words for the reader: what happened, what to do. */
import { App } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { Refused } from '@/api/client'
import { duration } from './format'

export function useWords(): (cause: unknown) => string {
  const { t } = useTranslation()
  return useCallback(
    (cause) => {
      if (!(cause instanceof Refused)) return t('app.refused')
      if (cause.code === 'network') return `${t('app.network')}${t('app.networkWhat')}`
      const when = cause.retryAfterS === null ? '' : t('app.retryAfter', { wait: duration(cause.retryAfterS) })
      return [cause.message, cause.whatToDo, when].filter(Boolean).join(' ')
    },
    [t],
  )
}

/** Do something and, if it is refused, say why in a short notice. */
export function useAttempt(): (act: () => Promise<unknown>) => Promise<boolean> {
  const { message } = App.useApp()
  const words = useWords()
  return useCallback(
    async (act) => {
      try {
        await act()
        return true
      } catch (cause) {
        void message.error(words(cause), 6)
        return false
      }
    },
    [message, words],
  )
}
