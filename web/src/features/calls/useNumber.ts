import { useTranslation } from 'react-i18next'

import { phone } from '@/ui/format'

/** Print a caller's number; a visitor of the web page has none. */
export function useNumber(): (number: string) => string {
  const { t } = useTranslation()
  return (number) => (number.startsWith('web') ? t('calls.card.web') : phone(number))
}
