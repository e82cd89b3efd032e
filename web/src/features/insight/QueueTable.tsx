import { Button, Tooltip } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { MinutesView, QueueView } from '@/api/types'
import { useMay } from '@/features/people/session'
import { WaitingDrawer } from '@/features/supervision/WaitingDrawer'
import { duration, percent, secondsSince } from '@/ui/format'
import { useNow } from '@/ui/useNow'
import { useText } from '@/ui/useLanguage'
import { useWaitText } from '@/ui/waits/waits'
import { alarmsOf } from './alarms'
import { Sparkline } from './Sparkline'
import { abandonRatio } from './sums'
import { ThresholdsDrawer } from './ThresholdsDrawer'
import { Warned } from './Warned'

const COLUMNS = ['queue', 'waiting', 'longest', 'expected', 'ready', 'level', 'offered', 'answered', 'abandoned', 'lastHour'] as const

export function QueueTable({ queues, minutes }: { queues: readonly QueueView[]; minutes: ReadonlyMap<string, MinutesView> }) {
  const { t } = useTranslation()
  const maySet = useMay()('wallboard.set')
  const maySupervise = useMay()('calls.supervise')
  const [setting, setSetting] = useState<QueueView | null>(null)
  const [listed, setListed] = useState<string | null>(null)
  const list = queues.find((queue) => queue.queue_id === listed)
  return (
    <div className="queue-scroll panel" tabIndex={0} role="region" aria-label={t('insight.wallboard.queues')}>
      <table className="queue-table">
        <caption className="sr-only">{t('insight.wallboard.queues')}</caption>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {t(`insight.wallboard.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <QueueRow
              key={queue.queue_id}
              queue={queue}
              minutes={minutes.get(queue.queue_id)}
              onSet={maySet ? () => setSetting(queue) : null}
              onList={maySupervise ? () => setListed(queue.queue_id) : null}
            />
          ))}
        </tbody>
      </table>
      {setting !== null && <ThresholdsDrawer queue={setting} onClose={() => setSetting(null)} />}
      {list !== undefined && <WaitingDrawer queue={list} onClose={() => setListed(null)} />}
    </div>
  )
}

interface QueueRowProps {
  queue: QueueView
  minutes: MinutesView | undefined
  onSet: (() => void) | null
  onList: (() => void) | null
}

function QueueRow({ queue, minutes, onSet, onList }: QueueRowProps) {
  const { t } = useTranslation()
  const text = useText()
  const waitText = useWaitText()
  const alarms = alarmsOf(queue, useNow(queue.longest_since))
  const seconds = queue.service_level_s
  const name = text(queue.name)
  const waiting = <Warned alarm={alarms.waiting}>{queue.waiting_count}</Warned>
  const abandoned = { abandoned: queue.abandoned_count, offered: queue.offered_count, ratio: percent(abandonRatio(queue)) }
  return (
    <tr>
      <th scope="row">
        {name}
        {onSet !== null && (
          <Button size="small" type="text" className="queue-set" aria-label={t('insight.thresholds.of', { queue: name })} title={t('insight.thresholds.title')} onClick={onSet}>
            ⚙
          </Button>
        )}
      </th>
      <td className={queue.waiting_count > 0 ? 'is-waiting' : ''}>
        {onList === null ? (
          waiting
        ) : (
          <button type="button" className="link queue-list" aria-label={t('supervision.waiting.open', { queue: name, count: queue.waiting_count })} onClick={onList}>
            {waiting}
          </button>
        )}{' '}
        {queue.callbacks_count > 0 && <small>{t('insight.wallboard.ofThemCallbacks', { count: queue.callbacks_count })}</small>}
      </td>
      <td>
        {queue.longest_since === null ? (
          <span className="faint">—</span>
        ) : (
          <Warned alarm={alarms.longest}>
            <Wait since={queue.longest_since} />
          </Warned>
        )}
      </td>
      <td>
        <Explained formula={t('insight.wallboard.expectedFormula')}>{queue.expected === null ? <span className="faint">—</span> : waitText(queue.expected)}</Explained>
      </td>
      <td>
        {queue.ready_count} <small>{t('insight.wallboard.ofAgents', { count: queue.agents_count })}</small>
      </td>
      <td>
        <Explained formula={t('insight.wallboard.levelFormula', { seconds })}>
          <Warned alarm={alarms.level}>{percent(queue.service_level_ratio)}</Warned> <small>{t('insight.wallboard.levelWithin', { seconds })}</small>
        </Explained>
      </td>
      <td>
        <Explained formula={t('insight.wallboard.offeredFormula')}>{queue.offered_count}</Explained>
      </td>
      <td>
        <Explained formula={t('insight.wallboard.answeredFormula')}>{queue.answered_count}</Explained>
      </td>
      <td>
        <Explained formula={t('insight.wallboard.abandonedFormula', abandoned)}>
          {queue.abandoned_count} <small>{percent(abandonRatio(queue))}</small>
        </Explained>
      </td>
      <td>
        <Sparkline minutes={minutes} />
      </td>
    </tr>
  )
}

/** The longest wait, ticking. */
function Wait({ since }: { since: string }) {
  return duration(secondsSince(since, useNow(since)))
}

/** A figure that says its formula to whoever points at it or tabs to it. */
function Explained({ formula, children }: { formula: string; children: ReactNode }) {
  return (
    <Tooltip title={formula} trigger={['hover', 'focus']}>
      <span tabIndex={0} className="explained">
        {children}
      </span>
    </Tooltip>
  )
}
