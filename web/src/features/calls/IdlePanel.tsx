import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { DialPanel } from '@/features/handover/DialPanel'
import { Seal } from '@/ui/Brand'
import { useIsRingPossible } from './AgentPresence'
import { MyQueues } from './MyQueues'

export function IdlePanel({ agent }: { agent: AgentView | undefined }) {
  const { t } = useTranslation()
  const isRingPossible = useIsRingPossible()
  const isReady = agent?.state === 'READY'
  return (
    <section className="desk-hand panel idle" aria-label={t('calls.idle.title')}>
      {isReady && !isRingPossible && agent.device !== 'phone' && (
        <Alert type="warning" showIcon title={t('calls.idle.unlock')} description={t('calls.idle.unlockWhy')} />
      )}
      <div className={`idle-seal ${isReady ? 'is-ready' : ''}`}>
        <Seal size={64} />
      </div>
      <h2>{t(isReady ? 'calls.idle.title' : 'calls.idle.away')}</h2>
      <p>{t(isReady ? 'calls.idle.ready' : 'calls.idle.notReady')}</p>
      <DialPanel />
      <MyQueues agent={agent} />
    </section>
  )
}
