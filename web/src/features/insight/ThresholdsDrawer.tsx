/** From where on a queue's figures are a warning, for all who see it. */
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { QueueView } from '@/api/types'
import { RecordDrawer } from '@/ui/record/RecordDrawer'
import type { Field } from '@/ui/record/fields'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'

type Thresholds = QueueView['thresholds']

const FIGURES = [
  ['waiting_amber', 'calls', 1, 100_000],
  ['waiting_red', 'calls', 1, 100_000],
  ['longest_amber_s', 'seconds', 1, 86_400],
  ['longest_red_s', 'seconds', 1, 86_400],
  ['level_amber_ratio', 'percent', 0, 100],
  ['level_red_ratio', 'percent', 0, 100],
] as const

/** Levels are ratios to the server and percentages to people. */
const scaled = (from: Thresholds, by: number): Thresholds => ({
  ...from,
  level_amber_ratio: Math.round(from.level_amber_ratio * by * 10_000) / 10_000,
  level_red_ratio: Math.round(from.level_red_ratio * by * 10_000) / 10_000,
})

export function ThresholdsDrawer({ queue, onClose }: { queue: QueueView; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { message } = App.useApp()
  const params = { path: { queue_id: queue.queue_id } }
  const fields: Field[] = FIGURES.map(([name, unit, least, most]) => ({
    kind: 'number',
    name,
    label: t(`insight.thresholds.${name}`),
    unit: t(`insight.thresholds.unit.${unit}`),
    least,
    most,
  }))
  const done = () => {
    void message.success(t('app.record.saved'))
    onClose()
  }
  const reset = () => void attempt(() => ok(http.DELETE('/api/wallboard/queues/{queue_id}/thresholds', { params }))).then((isDone) => isDone && done())
  return (
    <RecordDrawer<Thresholds, unknown>
      title={t('insight.thresholds.of', { queue: text(queue.name) })}
      lead={t('insight.thresholds.lead')}
      fields={fields}
      initial={scaled(queue.thresholds, 100)}
      save={(values) => ok(http.PUT('/api/wallboard/queues/{queue_id}/thresholds', { params, body: scaled(values, 0.01) }))}
      onSaved={done}
      onClose={onClose}
    >
      <Button onClick={reset}>{t('insight.thresholds.reset')}</Button>
    </RecordDrawer>
  )
}
