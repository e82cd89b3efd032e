import { useTranslation } from 'react-i18next'

import type { Bilingual } from '@/api/types'
import type { Language } from './preferredLanguage'

export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? 'en' : 'zh'
}

/** Return the text in the reader's language; what exists in one language only is shown in that. */
export function textIn(language: Language, text: Bilingual | null | undefined): string {
  if (text === null || text === undefined) return ''
  return text[language] ?? text['zh'] ?? Object.values(text)[0] ?? ''
}

export function useText(): (text: Bilingual | null | undefined) => string {
  const language = useLanguage()
  return (text) => textIn(language, text)
}
