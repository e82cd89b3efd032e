/** What a call was, in words: the site's own codes and the system's. Codes without words are shown as they are. */
import { useTranslation } from 'react-i18next'

import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useText } from '@/ui/useLanguage'
import { zh } from './texts'

type SystemDisposition = keyof typeof zh.systemDisposition

export function useDispositionText(): (code: string | null) => string {
  const { t } = useTranslation()
  const text = useText()
  const choices = useDeskOptions().data?.dispositions
  return (code) => {
    if (code === null) return ''
    if (code in zh.systemDisposition) return t(`calls.systemDisposition.${code as SystemDisposition}`)
    const own = choices?.find((choice) => choice.code === code)
    return own === undefined ? code : text(own.label)
  }
}
