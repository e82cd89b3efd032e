/** A colleague's call in which I am asked, or take part: who hears me, mute, leave. */
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'

import type { CallView } from '@/api/types'
import { CallerCard } from '@/features/calls/CallerCard'
import { QualityLight } from '@/features/calls/QualityLight'
import { useCallActs } from '@/features/calls/useCallActs'
import { useMe } from '@/features/calls/useMe'
import { Act } from '@/ui/Act'
import { duration } from '@/ui/format'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import './handover.css'

export function GuestPanel({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const text = useText()
  const acts = useCallActs(call)
  const me = useMe()?.agent?.agent_id
  const host = text(call.host_name ?? undefined) || t('handover.someone')
  const mine = call.guests.find((guest) => guest.agent_id === me)
  const heard = mine?.is_member === true ? 'guestMember' : call.is_aside ? 'guestAlone' : 'guestWaits'
  return (
    <section className="desk-hand panel of-TALKING" aria-label={t('handover.guestTitle', { host })}>
      <div className="hand-head">
        <h2>{t('handover.guestTitle', { host })}</h2>
        <Since instant={call.answered_at} className="hand-time" />
        <div className="hand-marks">
          <QualityLight />
          {call.muted && <span>{t('calls.talk.muted')}</span>}
        </div>
      </div>
      <Alert type="info" showIcon role="status" title={`${t('handover.guestWhat', { host })}${t(`handover.${heard}`, { host })}`} />
      <div className="hand-acts">
        <Act
          size="large"
          byKey="mute"
          aria-pressed={call.muted}
          className={call.muted ? 'act-on' : ''}
          act={acts.mute}
        >
          {t(call.muted ? 'calls.talk.unmute' : 'calls.talk.mute')}
        </Act>
        <Act type="primary" danger size="large" className="act-far" byKey="hangUp" act={acts.hangUp}>
          {t('handover.guestLeave')}
        </Act>
      </div>
      <CallerCard
        caller={call.caller}
        queueName={call.queue_name}
        dialled={call.dialled}
        language={call.language}
        pressed={call.pressed}
        waited={<span className="digits">{duration(call.waited_s)}</span>}
        told={call.told}
      />
    </section>
  )
}
