/** A ringing call: who it is, and the two ways to meet it. */
import { Alert } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { serverNow } from '@/api/serverClock'
import type { OfferView } from '@/api/types'
import { CustomerCard } from '@/features/customers/CustomerCard'
import { Act } from '@/ui/Act'
import { useAttempt, useWords } from '@/ui/refusal'
import { Since, Until } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { answerHere, useAnswered } from './answeredCall'
import { AudioTrouble } from './audioCall'
import { CallerCard } from './CallerCard'

type Kind = 'queue' | 'callback' | 'consult' | 'transfer' | 'internal'

export function OfferPanel({ offer, device }: { offer: OfferView; device: string | undefined }) {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const attempt = useAttempt()
  const isOpening = useAnswered()?.callId === offer.call_id
  const [failure, setFailure] = useState<string | null>(null)
  const isOnPhone = device === 'phone'

  const answer = async () => {
    setFailure(null)
    try {
      await answerHere(offer.call_id)
    } catch (cause) {
      setFailure(cause instanceof AudioTrouble ? t(`routing.mic.${cause.trouble}`) : words(cause))
    }
  }
  const path = { call_id: offer.call_id }
  const reject = () => void attempt(() => ok(http.POST('/api/desk/calls/{call_id}/reject', { params: { path } })))

  return (
    <section className="desk-hand panel of-RINGING is-offer" aria-label={t('calls.offer.title')}>
      <div className="hand-head is-ringing">
        <div role="alert">
          <h2>{t(`handover.offer.${offer.kind as Kind}`, { from: text(offer.from_name ?? undefined) || t('handover.someone') })}</h2>
        </div>
        <span className="ring-left">
          {t('calls.offer.left')} <Until instant={offer.expires_at} />
        </span>
        <RingBar offer={offer} />
      </div>
      <CallerCard
        caller={offer.caller}
        queueName={offer.queue_name}
        dialled={offer.dialled}
        language={offer.language}
        {...(offer.kind === 'callback' ? {} : { pressed: offer.pressed })}
        waited={<Since instant={offer.queued_at} />}
      />
      {offer.kind === 'callback' && <AskedFor offer={offer} />}
      {failure !== null && <Alert type="error" showIcon title={t('calls.offer.failed')} description={failure} />}
      <div className="hand-acts">
        <Act
          type="primary"
          size="large"
          className="act-answer"
          byKey="answer"
          loading={isOpening}
          whyNot={isOnPhone ? t('calls.offer.onPhoneWhy') : null}
          act={() => void answer()}
        >
          {t(isOpening ? 'calls.offer.opening' : isOnPhone ? 'calls.offer.onPhone' : offer.kind === 'callback' ? 'calls.offer.dial' : 'calls.offer.answer')}
        </Act>
        <Act danger size="large" className="act-far" byKey="reject" whyNot={isOpening ? t('calls.offer.opening') : null} act={reject}>
          {t('calls.offer.reject')}
        </Act>
      </div>
      <CustomerCard callId={offer.call_id} caller={offer.caller} />
    </section>
  )
}

/** Since when he waits to be called back, and what was tried: what the agent says first depends on it. */
function AskedFor({ offer }: { offer: OfferView }) {
  const { t } = useTranslation()
  return (
    <p className="asked-for">
      {t('calls.offer.asked')} {offer.asked_at !== null && <Since instant={offer.asked_at} />} ·{' '}
      {offer.attempts === 0 ? t('calls.offer.firstAttempt') : t('calls.offer.attempts', { count: offer.attempts })}
    </p>
  )
}

/** How much of the ringing time is left; moved by CSS, so that it costs nothing. */
function RingBar({ offer }: { offer: OfferView }) {
  const totalS = (Date.parse(offer.expires_at) - Date.parse(offer.offered_at)) / 1000
  const [goneS] = useState(() => (serverNow() - Date.parse(offer.offered_at)) / 1000)
  return <div className="ring-bar" aria-hidden="true" style={{ animationDuration: `${totalS}s`, animationDelay: `${-Math.max(0, goneS)}s` }} />
}
