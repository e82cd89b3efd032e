/** Which language the page speaks: what the reader chose, else what his browser asks for, else Chinese. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

import { setApiLanguage } from '@/api/client'
import { preferredLanguage, type Language } from './preferredLanguage'

const KEPT = 'banjie.language'

type Catalogue = Record<string, unknown>

/** Start translating. Call once, before the first render. */
export function startLanguage(zh: Catalogue, en: Catalogue): void {
  const language = preferredLanguage(localStorage.getItem(KEPT), navigator.languages)
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
    showSupportNotice: false,
  })
  apply(language)
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language)
  void i18next.changeLanguage(language)
  apply(language)
}

function apply(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  setApiLanguage(language)
}
