import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { useStateText } from '@/features/routing/reasonText'
import type { Mode } from '@/features/supervision/ear'
import { AgentHands } from '@/features/supervision/AgentHands'
import { MoveDialog } from '@/features/supervision/MoveDialog'
import { dateAndTime } from '@/ui/format'
import { Since } from '@/ui/Since'
import { useLanguage, useText } from '@/ui/useLanguage'
import { groupAgents } from './sums'

export function AgentGroups({ agents }: { agents: readonly AgentView[] }) {
  const { t } = useTranslation()
  const may = useMay()
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null) // null: nobody is being chosen
  const [moving, setMoving] = useState<readonly string[] | null>(null)
  const toggle = (id: string) => setChosen((before) => new Set(before?.has(id) === true ? [...before].filter((one) => one !== id) : [...(before ?? []), id]))
  return (
    <section aria-label={t('insight.wallboard.agents')}>
      {may('agents.steer') && (
        <div className="agents-tools">
          {chosen === null ? (
            <Button onClick={() => setChosen(new Set())}>{t('supervision.move.choose')}</Button>
          ) : (
            <>
              <Button type="primary" disabled={chosen.size === 0} onClick={() => setMoving([...chosen])}>
                {t('supervision.move.chosen', { count: chosen.size })}
              </Button>
              <Button onClick={() => setChosen(null)}>{t('app.record.cancel')}</Button>
            </>
          )}
        </div>
      )}
      <div className="agent-groups">
        {groupAgents(agents).map(([state, group]) => (
          <AgentGroup key={state} state={state} agents={group} chosen={chosen} toggle={toggle} move={(id) => setMoving([id])} />
        ))}
      </div>
      {moving !== null && (
        <MoveDialog
          agents={agents.filter((agent) => moving.includes(agent.agent_id))}
          onDone={() => setChosen(null)}
          onClose={() => setMoving(null)}
        />
      )}
    </section>
  )
}

interface AgentGroupProps {
  state: string
  agents: readonly AgentView[]
  chosen: ReadonlySet<string> | null
  toggle: (id: string) => void
  move: (id: string) => void
}

function AgentGroup({ state, agents, chosen, toggle, move }: AgentGroupProps) {
  const text = useText()
  const stateText = useStateText()
  const maySupervise = useMay()('calls.supervise')
  return (
    <div className={`agent-group panel of-${state}`}>
      <h2>
        {stateText(state, null)} <span className="digits">{agents.length}</span>
      </h2>
      <ul>
        {agents.map((agent) => (
          <li key={agent.agent_id}>
            <span className="agent-name">
              {chosen === null ? (
                text(agent.name)
              ) : (
                <Checkbox checked={chosen.has(agent.agent_id)} onChange={() => toggle(agent.agent_id)}>
                  {text(agent.name)}
                </Checkbox>
              )}
              {agent.reason !== null && <small>{stateText('', agent.reason).replace(/^ · /, '')}</small>}
              <Marks agent={agent} />
            </span>
            {state !== 'OFFLINE' && <Since instant={agent.since} />}
            {maySupervise && chosen === null && <AgentHands agent={agent} move={() => move(agent.agent_id)} />}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** That he asks for help, since when; who is in his call; that he serves otherwise than he is set up for. */
function Marks({ agent }: { agent: AgentView }) {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const zone = useSession().tenant.timezone
  if (agent.help_since == null && agent.watched_by.length === 0 && !agent.is_moved) return null
  const until = agent.moved_until === null ? '' : dateAndTime(agent.moved_until, language, zone)
  return (
    <span className="agent-marks">
      {agent.help_since != null && (
        <span className="asks-help" role="status">
          {t('supervision.help')} <Since instant={agent.help_since} />
        </span>
      )}
      {agent.watched_by.map((who) => (
        <span key={who.supervisor_id} className="watched">
          {t('supervision.watchedBy', { who: text(who.name), mode: t(`supervision.mode.${who.mode as Mode}`) })}
        </span>
      ))}
      {agent.is_moved && (
        <span className="moved" title={until === '' ? t('supervision.move.untilPutBack') : t('supervision.move.until', { until })}>
          {t('supervision.move.isMoved')}
        </span>
      )}
    </span>
  )
}
