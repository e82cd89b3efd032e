/** A figure that may be a warning: by its colour, by a sign, and in words. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Alarm } from './alarms'

export function Warned({ alarm, children }: { alarm: Alarm | null; children: ReactNode }) {
  const { t } = useTranslation()
  if (alarm === null) return children
  const words = t(`insight.wallboard.alarm.${alarm}`)
  return (
    <span className={`warned is-${alarm}`} title={words}>
      <span aria-hidden="true">{alarm === 'red' ? '▲' : '△'}</span> {children}
      <span className="sr-only">{words}</span>
    </span>
  )
}
