import { useTranslation } from 'react-i18next'

import { useText } from '@/ui/useLanguage'
import { zh } from './texts'
import { useDeskOptions } from './useDeskOptions'

type State = keyof typeof zh.state
type SystemReason = keyof typeof zh.reason

/** Name a state with its reason: 小休 · 就餐. Codes without words are shown as they are. */
export function useStateText(): (state: string, reason: string | null) => string {
  const { t } = useTranslation()
  const text = useText()
  const reasons = useDeskOptions().data?.break_reasons
  return (state, reason) => {
    const name = state in zh.state ? t(`routing.state.${state as State}`) : state
    if (reason === null || reason === '') return name
    const own = reasons?.find((choice) => choice.code === reason)
    const why = own !== undefined ? text(own.label) : reason in zh.reason ? t(`routing.reason.${reason as SystemReason}`) : reason
    return `${name} · ${why}`
  }
}
