/** Queues and agents as they are this second, as far as the reader may know of them. Full screen: as on a wall. */
import { Alert, Button, Spin, Tooltip } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/features/people/session'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useLiveStatus, useTopic } from '@/live/live'
import { percent } from '@/ui/format'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { AgentGroups } from './AgentGroups'
import { boardOf } from './boardOf'
import { QueueTable } from './QueueTable'
import { sumsOf, type Sums } from './sums'
import { WallView } from './WallView'
import './wallboard.css'

export default function WallboardPage() {
  const { t } = useTranslation()
  const text = useText()
  const { tenant } = useSession()
  const entities = useTopic('wallboard')
  const status = useLiveStatus()
  const wall = useRef<HTMLDivElement>(null)
  const isFull = useIsFullScreen()
  const reasons = useDeskOptions().data?.break_reasons ?? []
  if (entities === undefined) {
    return (
      <div className="centred">
        <Spin />
      </div>
    )
  }
  const board = boardOf(entities)
  const toggle = () => void wall.current?.requestFullscreen()
  return (
    <div className="page wallboard" ref={wall}>
      {isFull ? (
        <WallView board={board} name={text(tenant.name)} zone={tenant.timezone} reasons={reasons} isStale={status === 'lost'} />
      ) : (
        <>
          <div className="wallboard-head">
            <h1>{t('insight.wallboard.title')}</h1>
            <span className="faint">{t('insight.wallboard.today', { zone: tenant.timezone })}</span>
            <Button className="wallboard-full" onClick={toggle}>
              {t('insight.wallboard.bigScreen')}
            </Button>
          </div>
          {status === 'lost' && <Alert type="warning" showIcon title={t('insight.wallboard.stale')} />}
          <Totals sums={sumsOf(board.queues, board.agents)} />
          <QueueTable queues={board.queues} minutes={board.minutes} />
          <AgentGroups agents={board.agents} />
        </>
      )}
    </div>
  )
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
