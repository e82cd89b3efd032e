import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { useMay } from '@/features/people/session'
import { useStateText } from '@/features/routing/reasonText'
import type { Mode } from '@/features/supervision/ear'
import { AgentHands } from '@/features/supervision/AgentHands'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { groupAgents } from './sums'

export function AgentGroups({ agents }: { agents: readonly AgentView[] }) {
  const { t } = useTranslation()
  const text = useText()
  const stateText = useStateText()
  const maySupervise = useMay()('calls.supervise')
  return (
    <section className="agent-groups" aria-label={t('insight.wallboard.agents')}>
      {groupAgents(agents).map(([state, group]) => (
        <div key={state} className={`agent-group panel of-${state}`}>
          <h2>
            {stateText(state, null)} <span className="digits">{group.length}</span>
          </h2>
          <ul>
            {group.map((agent) => (
              <li key={agent.agent_id}>
                <span className="agent-name">
                  {text(agent.name)}
                  {agent.reason !== null && <small>{stateText('', agent.reason).replace(/^ · /, '')}</small>}
                  <Marks agent={agent} />
                </span>
                {state !== 'OFFLINE' && <Since instant={agent.since} />}
                {maySupervise && state !== 'OFFLINE' && <AgentHands agent={agent} />}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

/** That he asks for help, since when, and who is in his call. */
function Marks({ agent }: { agent: AgentView }) {
  const { t } = useTranslation()
  const text = useText()
  if (agent.help_since == null && agent.watched_by.length === 0) return null
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
    </span>
  )
}
