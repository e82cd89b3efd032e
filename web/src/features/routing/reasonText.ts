import { useTranslation } from 'react-i18next'

import type { Choice } from '@/api/types'
import { useText } from '@/ui/useLanguage'
import { zh } from './texts'
import { useDeskOptions } from './useDeskOptions'

type State = keyof typeof zh.state
type SystemReason = keyof typeof zh.reason
type StateText = (state: string, reason: string | null) => string

/** Name a state with its reason: 小休 · 就餐. Codes without words are shown as they are. */
export function useStateText(): StateText {
  return useStateTextBy(useDeskOptions().data?.break_reasons)
}

/** The same where nobody is signed in: by the reasons that are told. */
export function useStateTextBy(reasons: readonly Choice[] | undefined): StateText {
  const { t } = useTranslation()
  const text = useText()
  return (state, reason) => {
    const name = state in zh.state ? t(`routing.state.${state as State}`) : state
    if (reason === null || reason === '') return name
    const own = reasons?.find((choice) => choice.code === reason)
    const why = own !== undefined ? text(own.label) : reason in zh.reason ? t(`routing.reason.${reason as SystemReason}`) : reason
    return `${name} · ${why}`
  }
}
