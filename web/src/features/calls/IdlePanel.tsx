import { Alert, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { DialPanel } from '@/features/handover/DialPanel'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { Seal } from '@/ui/Brand'
import { useText } from '@/ui/useLanguage'
import { useIsRingPossible } from './AgentPresence'

export function IdlePanel({ agent }: { agent: AgentView | undefined }) {
  const { t } = useTranslation()
  const text = useText()
  const isRingPossible = useIsRingPossible()
  const queues = useDeskOptions().data?.queues.filter((queue) => agent?.queues.includes(queue.queue_id)) ?? []
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
      {queues.length > 0 && (
        <div className="idle-queues">
          <span>{t('calls.idle.queues')}</span>
          {queues.map((queue) => (
            <Tag key={queue.queue_id}>{text(queue.name)}</Tag>
          ))}
        </div>
      )}
    </section>
  )
}
