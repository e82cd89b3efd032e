import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { QueueView } from '@/api/types'
import { duration, percent, secondsSince } from '@/ui/format'
import { useNow } from '@/ui/useNow'
import { useText } from '@/ui/useLanguage'
import { useWaitText } from '@/ui/waits/waits'
import { abandonRatio } from './sums'

export function QueueTable({ queues }: { queues: readonly QueueView[] }) {
  const { t } = useTranslation()
  return (
    <table className="queue-table panel">
      <caption className="sr-only">{t('insight.wallboard.queues')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('insight.wallboard.queue')}</th>
          <th scope="col">{t('insight.wallboard.waiting')}</th>
          <th scope="col">{t('insight.wallboard.longest')}</th>
          <th scope="col">{t('insight.wallboard.expected')}</th>
          <th scope="col">{t('insight.wallboard.ready')}</th>
          <th scope="col">{t('insight.wallboard.level')}</th>
          <th scope="col">{t('insight.wallboard.offered')}</th>
          <th scope="col">{t('insight.wallboard.answered')}</th>
          <th scope="col">{t('insight.wallboard.abandoned')}</th>
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <QueueRow key={queue.queue_id} queue={queue} />
        ))}
      </tbody>
    </table>
  )
}

function QueueRow({ queue }: { queue: QueueView }) {
  const { t } = useTranslation()
  const text = useText()
  const waitText = useWaitText()
  const seconds = queue.service_level_s
  const abandoned = { abandoned: queue.abandoned_count, offered: queue.offered_count, ratio: percent(abandonRatio(queue)) }
  return (
    <tr>
      <th scope="row">{text(queue.name)}</th>
      <td className={queue.waiting_count > 0 ? 'is-waiting' : ''}>
        {queue.waiting_count} {queue.callbacks_count > 0 && <small>{t('insight.wallboard.ofThemCallbacks', { count: queue.callbacks_count })}</small>}
      </td>
      <td>{queue.longest_since === null ? <span className="faint">—</span> : <Wait since={queue.longest_since} limitS={seconds} />}</td>
      <td>
        <Explained formula={t('insight.wallboard.expectedFormula')}>{queue.expected === null ? <span className="faint">—</span> : waitText(queue.expected)}</Explained>
      </td>
      <td>
        {queue.ready_count} <small>{t('insight.wallboard.ofAgents', { count: queue.agents_count })}</small>
      </td>
      <td>
        <Explained formula={t('insight.wallboard.levelFormula', { seconds })}>
          {percent(queue.service_level_ratio)} <small>{t('insight.wallboard.levelWithin', { seconds })}</small>
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
    </tr>
  )
}

/** The longest wait, ticking; marked once it is past the queue's own threshold. */
function Wait({ since, limitS }: { since: string; limitS: number }) {
  const { t } = useTranslation()
  const waitedS = secondsSince(since, useNow(since))
  const isLate = waitedS > limitS
  return (
    <span className={isLate ? 'is-late' : ''} title={isLate ? t('insight.wallboard.late') : undefined}>
      {duration(waitedS)}
      {isLate && <span className="sr-only">{t('insight.wallboard.late')}</span>}
    </span>
  )
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
