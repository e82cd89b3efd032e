/** Queues and agents as they are this second. On a wall: full screen, dark, larger. */
import { Alert, Button, Spin, Tooltip } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView, Queue, QueueView } from '@/api/types'
import { useSession } from '@/features/people/session'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useLiveStatus, useTopic } from '@/live/live'
import { percent } from '@/ui/format'
import { Since } from '@/ui/Since'
import { AgentGroups } from './AgentGroups'
import { QueueTable } from './QueueTable'
import { sumsOf, type Sums } from './sums'
import './wallboard.css'

export default function WallboardPage() {
  const { t } = useTranslation()
  const { tenant } = useSession()
  const entities = useTopic('wallboard')
  const status = useLiveStatus()
  const wall = useRef<HTMLDivElement>(null)
  const isFull = useIsFullScreen()
  const options = useDeskOptions().data
  if (entities === undefined) {
    return (
      <div className="centred">
        <Spin />
      </div>
    )
  }
  const of = (kind: string) =>
    Object.entries(entities)
      .filter(([key]) => key.startsWith(kind))
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, entity]) => entity)
  const queues = inOrder(of('queue/') as QueueView[], options?.queues ?? [])
  const agents = of('agent/') as AgentView[]
  const toggle = () => void (isFull ? document.exitFullscreen() : wall.current?.requestFullscreen())
  return (
    <div className={`page wallboard ${isFull ? 'is-wall' : ''}`} ref={wall}>
      <div className="wallboard-head">
        <h1>{t('insight.wallboard.title')}</h1>
        <span className="faint">{t('insight.wallboard.today', { zone: tenant.timezone })}</span>
        <Button className="wallboard-full" onClick={toggle}>
          {t(isFull ? 'insight.wallboard.leave' : 'insight.wallboard.fullScreen')}
        </Button>
      </div>
      {status === 'lost' && <Alert type="warning" showIcon title={t('insight.wallboard.stale')} />}
      <Totals sums={sumsOf(queues, agents)} />
      <QueueTable queues={queues} />
      <AgentGroups agents={agents} />
    </div>
  )
}

/** In the order the site gives its queues on every other page. */
function inOrder(queues: QueueView[], known: readonly Queue[]): QueueView[] {
  const place = new Map(known.map((queue, index) => [queue.queue_id, index]))
  return queues.sort((a, b) => (place.get(a.queue_id) ?? known.length) - (place.get(b.queue_id) ?? known.length))
}

function Totals({ sums }: { sums: Sums }) {
  const { t } = useTranslation()
  return (
    <div className="totals">
      <Total name={t('insight.wallboard.waitingNow')}>{sums.waiting}</Total>
      <Total name={t('insight.wallboard.longest')}>{sums.longestSince === null ? '—' : <Since instant={sums.longestSince} />}</Total>
      <Tooltip title={t('insight.wallboard.levelTotal')} trigger={['hover', 'focus']}>
        <div tabIndex={0}>
          <Total name={t('insight.wallboard.level')}>{percent(sums.level)}</Total>
        </div>
      </Tooltip>
      <Total name={t('insight.wallboard.readyNow')}>{sums.ready}</Total>
      <Total name={t('insight.wallboard.talkingNow')}>{sums.talking}</Total>
    </div>
  )
}

function Total({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="total panel">
      <span>{name}</span>
      <b className="digits">{children}</b>
    </div>
  )
}

function useIsFullScreen(): boolean {
  const [isFull, setFull] = useState(false)
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', look)
    return () => document.removeEventListener('fullscreenchange', look)
  }, [])
  return isFull
}
