/** My day in figures. What each is called and how it is worked out, the server says: it is defined once. */
import { useQuery } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Figure } from '@/api/types'
import { duration, percent } from '@/ui/format'
import { useText } from '@/ui/useLanguage'
import './myDay.css'

const FRESH_MS = 30_000 // besides after each call

export function MyDay() {
  const { t } = useTranslation()
  const day = useQuery({ queryKey: ['myDay'], queryFn: () => ok(http.GET('/api/desk/day')), refetchInterval: FRESH_MS }).data
  return (
    <section className="my-day" aria-label={t('insight.myDay')}>
      <h2>{t('insight.myDay')}</h2>
      <dl>{day?.figures.map((figure) => <OneFigure key={figure.key} figure={figure} />)}</dl>
    </section>
  )
}

function OneFigure({ figure }: { figure: Figure }) {
  const text = useText()
  return (
    <Tooltip title={`${text(figure.name)} = ${text(figure.formula)}`} trigger={['hover', 'focus']}>
      <div tabIndex={0} className={`figure of-${figure.key}`}>
        <dt>{text(figure.name)}</dt>
        <dd className="digits">{shown(figure)}</dd>
      </div>
    </Tooltip>
  )
}

function shown({ unit, value }: Figure): string {
  if (value === null) return '—'
  if (unit === 's') return duration(value)
  return unit === 'ratio' ? percent(value) : String(value)
}
