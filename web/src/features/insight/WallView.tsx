/** The board as a screen on a wall shows it: what does not fit comes in turn. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView, Choice, MinutesView, QueueView } from '@/api/types'
import { useStateTextBy } from '@/features/routing/reasonText'
import { duration, percent, secondsSince, timeOfDay } from '@/ui/format'
import { Since } from '@/ui/Since'
import { useLanguage, useText } from '@/ui/useLanguage'
import { useNow } from '@/ui/useNow'
import { alarmsOf } from './alarms'
import type { BoardNow } from './boardOf'
import { sheetsOf } from './sheets'
import { Sparkline } from './Sparkline'
import { abandonRatio, groupAgents } from './sums'
import { Warned } from './Warned'
import './wallboard.css'
import './wall.css'

const TURN_MS = 12_000

interface WallViewProps {
  board: BoardNow
  name: string
  zone: string
  reasons: readonly Choice[] // of breaks
  isStale: boolean
}

export function WallView({ board, name, zone, reasons, isStale }: WallViewProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const here = groupAgents(board.agents).flatMap(([state, group]) => (state === 'OFFLINE' ? [] : group))
  const sheets = sheetsOf(board.queues, here)
  const turn = useTurns()
  const number = turn % sheets.length
  const { queues, agents } = sheets[number] ?? { queues: [], agents: [] }
  return (
    <main className="wall">
      <header className="wall-head">
        <h1>{name}</h1>
        <span className="faint">{t('insight.wallboard.today', { zone })}</span>
        {isStale && (
          <span className="wall-stale" role="alert">
            {t('insight.wallboard.stale')}
          </span>
        )}
        <span className="wall-clock digits">{timeOfDay(new Date(now).toISOString(), language, zone)}</span>
        {sheets.length > 1 && (
          <span className="faint digits" aria-label={t('insight.wallboard.sheet', { number: number + 1, count: sheets.length })}>
            {number + 1}/{sheets.length}
          </span>
        )}
      </header>
      {queues.length + agents.length === 0 && <p className="wall-gone">{t('insight.wallboard.nothing')}</p>}
      {queues.length > 0 && <WallQueues queues={queues} minutes={board.minutes} />}
      {agents.length > 0 && <WallAgents agents={agents} reasons={reasons} />}
    </main>
  )
}

/** Counts up, one each turn. */
function useTurns(): number {
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), TURN_MS)
    return () => clearInterval(timer)
  }, [])
  return turn
}

const COLUMNS = ['queue', 'waiting', 'longest', 'level', 'answered', 'abandoned', 'ready', 'lastHour'] as const

function WallQueues({ queues, minutes }: { queues: readonly QueueView[]; minutes: ReadonlyMap<string, MinutesView> }) {
  const { t } = useTranslation()
  return (
    <table className="wall-queues">
      <caption className="sr-only">{t('insight.wallboard.queues')}</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col">
              {t(`insight.wallboard.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <WallQueue key={queue.queue_id} queue={queue} minutes={minutes.get(queue.queue_id)} />
        ))}
      </tbody>
    </table>
  )
}

function WallQueue({ queue, minutes }: { queue: QueueView; minutes: MinutesView | undefined }) {
  const text = useText()
  const now = useNow(queue.longest_since)
  const alarms = alarmsOf(queue, now)
  return (
    <tr>
      <th scope="row">{text(queue.name)}</th>
      <td>
        <Warned alarm={alarms.waiting}>{queue.waiting_count}</Warned>
      </td>
      <td>
        <Warned alarm={alarms.longest}>{queue.longest_since === null ? '—' : duration(secondsSince(queue.longest_since, now))}</Warned>
      </td>
      <td>
        <Warned alarm={alarms.level}>{percent(queue.service_level_ratio)}</Warned>
      </td>
      <td>{queue.answered_count}</td>
      <td>
        {queue.abandoned_count} <small>{percent(abandonRatio(queue))}</small>
      </td>
      <td>{queue.ready_count}</td>
      <td>
        <Sparkline minutes={minutes} />
      </td>
    </tr>
  )
}

function WallAgents({ agents, reasons }: { agents: readonly AgentView[]; reasons: readonly Choice[] }) {
  const { t } = useTranslation()
  const text = useText()
  const stateText = useStateTextBy(reasons)
  return (
    <ul className="wall-agents" aria-label={t('insight.wallboard.agents')}>
      {agents.map((agent) => (
        <li key={agent.agent_id} className={`of-${agent.state}`}>
          <b>{text(agent.name)}</b>
          <span>{stateText(agent.state, null)}</span>
          <Since instant={agent.since} />
          {agent.reason !== null && <span className="wall-reason">{stateText('', agent.reason).replace(/^ · /, '')}</span>}
          {agent.help_since != null && <span className="asks-help">{t('supervision.help')}</span>}
        </li>
      ))}
    </ul>
  )
}
