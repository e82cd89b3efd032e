import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { useStateText } from '@/features/routing/reasonText'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { groupAgents } from './sums'

export function AgentGroups({ agents }: { agents: readonly AgentView[] }) {
  const { t } = useTranslation()
  const text = useText()
  const stateText = useStateText()
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
                </span>
                {state !== 'OFFLINE' && <Since instant={agent.since} />}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}
