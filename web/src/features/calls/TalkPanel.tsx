/** The call in hand: its time, its controls, and the disposition as a draft. */
import { Alert } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { CallView } from '@/api/types'
import { BookButton } from '@/features/appointments/BookButton'
import { CustomerCard } from '@/features/customers/CustomerCard'
import { GuestBar } from '@/features/handover/GuestBar'
import { HandOverPanel } from '@/features/handover/HandOverPanel'
import '@/features/handover/handover.css'
import type { Mode } from '@/features/supervision/ear'
import { Act } from '@/ui/Act'
import { duration } from '@/ui/format'
import { useWords } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { rejoinHere, useAnswered } from './answeredCall'
import { AudioTrouble } from './audioCall'
import { CallerCard } from './CallerCard'
import { DispositionForm } from './DispositionForm'
import { Keypad } from './Keypad'
import { QualityLight } from './QualityLight'
import { useCallActs } from './useCallActs'
import { useNumber } from './useNumber'

export function TalkPanel({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const isHeld = call.state === 'HELD'
  const colour = isHeld && !call.is_aside ? 'HELD' : 'TALKING'
  const isConference = call.guests.some((guest) => guest.is_member)
  const title = call.is_aside ? t('handover.consulting') : isConference ? t('handover.conference') : t(`routing.state.${colour}`)
  return (
    <section className={`desk-hand panel of-${colour}`} aria-label={title}>
      <div className="hand-head">
        <h2>{title}</h2>
        <Since instant={call.answered_at} className="hand-time" />
        <div className="hand-marks">
          <QualityLight />
          {call.recording && <span className="mark-recording">{t('calls.talk.recording')}</span>}
          {call.muted && <span>{t('calls.talk.muted')}</span>}
          {isHeld && (
            <span>
              {t('calls.talk.held')} {call.held_since != null && <Since instant={call.held_since} />}
            </span>
          )}
        </div>
      </div>
      <SoundNotice call={call} />
      <Watchers call={call} />
      <Controls call={call} isHeld={isHeld} />
      <GuestBar call={call} />
      <CallerCard
        caller={call.caller}
        queueName={call.queue_name}
        dialled={call.dialled}
        language={call.language}
        pressed={call.pressed}
        waited={<span className="digits">{duration(call.waited_s)}</span>}
        told={call.told}
      />
      <CustomerCard callId={call.call_id} caller={call.caller} />
      <DispositionForm callId={call.call_id} when="inCall" />
    </section>
  )
}

function Controls({ call, isHeld }: { call: CallView; isHeld: boolean }) {
  const { t } = useTranslation()
  const number = useNumber()
  const { mute, hold, hangUp, askHelp, send } = useCallActs(call)
  const [isKeypadOpen, setKeypadOpen] = useState(false)
  const [isHandOverOpen, setHandOverOpen] = useState(false)
  const onHold = isHeld ? t('calls.talk.notHeld') : null
  const hasGuests = call.guests.length > 0
  return (
    <div className="hand-acts">
      <Act size="large" byKey="mute" aria-pressed={call.muted} className={call.muted ? 'act-on' : ''} act={mute}>
        {t(call.muted ? 'calls.talk.unmute' : 'calls.talk.mute')}
      </Act>
      <Act size="large" byKey="hold" aria-pressed={isHeld} className={isHeld ? 'act-on' : ''} whyNot={hasGuests ? t('handover.noHold') : null} act={hold}>
        {t(isHeld && !hasGuests ? 'calls.talk.resume' : 'calls.talk.hold')}
      </Act>
      <Act size="large" byKey="keypad" aria-expanded={isKeypadOpen} whyNot={onHold} act={() => setKeypadOpen(!isKeypadOpen)}>
        {t('calls.talk.keypad')}
      </Act>
      <Act size="large" byKey="transfer" aria-expanded={isHandOverOpen} act={() => setHandOverOpen(!isHandOverOpen)}>
        {t('handover.open')}
      </Act>
      <Act size="large" byKey="askHelp" aria-pressed={call.help_since != null} className={call.help_since != null ? 'act-on' : ''} act={askHelp}>
        {t(call.help_since != null ? 'calls.talk.helpAsked' : 'calls.talk.help')}
      </Act>
      <BookButton size="large" callId={call.call_id} who={call.caller.customer_name ?? number(call.caller.number)} />
      {isKeypadOpen && !isHeld && <Keypad send={send} onClose={() => setKeypadOpen(false)} />}
      <Act type="primary" danger size="large" className="act-far" byKey="hangUp" act={hangUp}>
        {t(hasGuests ? 'handover.endAll' : 'calls.talk.hangUp')}
      </Act>
      {isHandOverOpen && <HandOverPanel call={call} close={() => setHandOverOpen(false)} />}
    </div>
  )
}

/** Supervisors in this call, and who hears them. */
function Watchers({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const text = useText()
  return call.watched_by.map((who) => (
    <Alert key={who.supervisor_id} type="info" showIcon role="status" title={t(`calls.talk.heardBy.${who.mode as Mode}`, { who: text(who.name) })} />
  ))
}

function SoundNotice({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const answered = useAnswered()
  if (call.is_on_phone) return <Alert type="info" title={t('calls.talk.soundOnPhone')} />
  if (answered?.callId !== call.call_id) return <SoundAway call={call} />
  if (answered.sound === 'interrupted') return <Alert type="error" showIcon title={t('calls.talk.interrupted')} role="alert" />
  if (answered.sound === 'opening') return <Alert type="info" title={t('calls.talk.opening')} />
  return null
}

/** The sound is lost, or in another page: it can be had here. */
function SoundAway({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const words = useWords()
  const [failure, setFailure] = useState<string | null>(null)
  const isLost = call.leg_id === null
  const rejoin = async () => {
    setFailure(null)
    try {
      await rejoinHere(call.call_id)
    } catch (cause) {
      setFailure(cause instanceof AudioTrouble ? t(`routing.mic.${cause.trouble}`) : words(cause))
    }
  }
  return (
    <Alert
      type={isLost ? 'error' : 'warning'}
      showIcon
      role="alert"
      title={t(isLost ? 'calls.talk.soundLost' : 'calls.talk.soundElsewhere')}
      description={failure}
      action={
        <Act type="primary" byKey="answer" act={() => void rejoin()}>
          {t('calls.talk.soundHere')}
        </Act>
      }
    />
  )
}
