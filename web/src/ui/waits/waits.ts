/** The expected wait in words, as a caller would hear it; the desk and the call page say it alike. */
import { useTranslation } from 'react-i18next'

import type { SaidWait } from '@/api/types'
import type { zh } from './texts'

const LONGEST_MIN = 30 // routing/spoken_wait.py

export function waitForm({ low_min, high_min }: SaidWait): keyof typeof zh {
  if (high_min === null) return low_min === LONGEST_MIN ? 'overLongest' : 'maybeOverLongest'
  if (high_min === 1) return 'underAMinute'
  return low_min === 0 ? 'upTo' : 'range'
}

export function useWaitText(): (wait: SaidWait) => string {
  const { t } = useTranslation()
  return (wait) => t(`waits.${waitForm(wait)}`, { low: wait.low_min, high: wait.high_min ?? '', longest: LONGEST_MIN })
}
