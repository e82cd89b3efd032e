/** A queue's last hour: how many waited, minute by minute, as bars; its service level as a line over them. */
import { useTranslation } from 'react-i18next'

import type { MinutesView } from '@/api/types'
import { percent } from '@/ui/format'

const WIDTH = 120
const HEIGHT = 32

export function Sparkline({ minutes }: { minutes: MinutesView | undefined }) {
  const { t } = useTranslation()
  if (minutes === undefined) return <span className="faint">—</span>
  const most = Math.max(...minutes.waiting_max, 0)
  const levels = minutes.level_ratio.filter((level) => level !== null)
  const lowest = levels.length === 0 ? null : Math.min(...levels)
  const words = t('insight.wallboard.hour', { most, lowest: percent(lowest) })
  const step = WIDTH / minutes.waiting_max.length
  const scale = HEIGHT / Math.max(most, 4) // few who wait are low bars, not a full house
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      <title>{words}</title>
      <line className="spark-ground" x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {minutes.waiting_max.map((count, n) => count > 0 && <rect key={n} className="spark-waiting" x={n * step} width={step - 0.4} y={HEIGHT - count * scale} height={count * scale} />)}
      <polyline className="spark-level" points={levelPoints(minutes.level_ratio, step)} />
    </svg>
  )
}

/** Minutes in which nothing ended have no level: the line goes on to the next that has. */
function levelPoints(levels: readonly (number | null)[], step: number): string {
  return levels.flatMap((level, n) => (level === null ? [] : [`${((n + 0.5) * step).toFixed(1)},${(1 + (1 - level) * (HEIGHT - 2)).toFixed(1)}`])).join(' ')
}
