/** Why somebody cannot be reached now, in words: the same in every list of whom a call may go to. */
import { useTranslation } from 'react-i18next'

import type { CallView } from '@/api/types'
import { useStateText } from '@/features/routing/reasonText'
import type { Choice } from './choices'

const PARTIES_MAX = 8

export function useReach() {
  const { t } = useTranslation()
  const stateText = useStateText()
  const whyNotReach = (choice: Choice, canDialOut: boolean): string | null => {
    if (choice.state !== undefined && choice.state !== 'READY') return t('handover.notFree', { state: stateText(choice.state, null) })
    return choice.kind === 'outside' && !canDialOut ? t('handover.noTrunk') : null
  }
  const whyNotAsk = (choice: Choice, canDialOut: boolean, call: CallView): string | null => {
    const why = whyNotReach(choice, canDialOut)
    if (why !== null) return why
    if (call.guests.some((guest) => !guest.is_member)) return t('handover.onePersonAtATime')
    return 2 + call.guests.length >= PARTIES_MAX ? t('handover.full') : null
  }
  return { whyNotReach, whyNotAsk }
}
