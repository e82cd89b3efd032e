/** The call in hand while another page than the desk is open: its time, and what must always be within reach. */
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'

import type { AcwView, CallView } from '@/api/types'
import { Act } from '@/ui/Act'
import { Since, Until } from '@/ui/Since'
import { useCallActs } from './useCallActs'
import { useMe } from './useMe'
import { useNumber } from './useNumber'
import './callStrip.css'

export function CallStrip() {
  const me = useMe()
  const isDesk = useLocation().pathname.split('/')[1] === 'desk'
  if (isDesk) return null
  if (me?.call !== undefined) return <InCall call={me.call} />
  return me?.acw === undefined ? null : <AfterCall acw={me.acw} />
}

function InCall({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const number = useNumber()
  const acts = useCallActs(call)
  const isHeld = call.state === 'HELD'
  const isPlacing = call.is_inside || call.state === 'PLACING' // it can be given up, and nothing else
  const isMine = !call.is_guest && !isPlacing
  return (
    <section className="call-strip" aria-label={t('calls.strip.label')}>
      <span role="status">
        <b>{t(isPlacing ? 'handover.placing' : isHeld ? 'routing.state.HELD' : 'routing.state.TALKING')}</b> {call.caller.customer_name ?? number(call.caller.number)}
      </span>
      <Since instant={call.answered_at} />
      {!isPlacing && (
        <Act size="small" byKey="mute" aria-pressed={call.muted} act={acts.mute}>
          {t(call.muted ? 'calls.talk.unmute' : 'calls.talk.mute')}
        </Act>
      )}
      {isMine && (
        <Act size="small" byKey="hold" aria-pressed={isHeld} whyNot={call.guests.length > 0 ? t('handover.noHold') : null} act={acts.hold}>
          {t(isHeld ? 'calls.talk.resume' : 'calls.talk.hold')}
        </Act>
      )}
      <ToDesk />
      <Act size="small" danger byKey="hangUp" className="strip-end" act={acts.hangUp}>
        {t(call.is_guest ? 'handover.guestLeave' : call.guests.length > 0 ? 'handover.endAll' : 'calls.talk.hangUp')}
      </Act>
    </section>
  )
}

function AfterCall({ acw }: { acw: AcwView }) {
  const { t } = useTranslation()
  return (
    <section className="call-strip" aria-label={t('calls.strip.label')}>
      <b role="status">{t('calls.acw.title')}</b>
      {acw.ends_at === null ? <Since instant={acw.ended_at} /> : <Until instant={acw.ends_at} />}
      <ToDesk />
    </section>
  )
}

function ToDesk() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Act size="small" act={() => void navigate('/desk')}>
      {t('calls.strip.toDesk')}
    </Act>
  )
}
