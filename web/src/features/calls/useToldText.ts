/** What a caller heard of his place and wait before he was answered. */
import { useTranslation } from 'react-i18next'

import type { WaitWords } from '@/api/types'
import { useWaitText } from '@/ui/waits/waits'

export function useToldText(): (words: WaitWords) => string {
  const { t } = useTranslation()
  const waitText = useWaitText()
  return ({ position, wait }) => {
    const place = position === null ? [] : [position === 1 ? t('calls.card.toldNext') : t('calls.card.toldAhead', { count: position - 1 })]
    return [...place, ...(wait === null ? [] : [waitText(wait)])].join(' · ')
  }
}
