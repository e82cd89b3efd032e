/** After the call: say what it was; the clock runs. */
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { AcwView } from '@/api/types'
import { BookButton } from '@/features/appointments/BookButton'
import { CustomerCard } from '@/features/customers/CustomerCard'
import { Act } from '@/ui/Act'
import { useAttempt } from '@/ui/refusal'
import { Since, Until } from '@/ui/Since'
import { CallerCard } from './CallerCard'
import { DispositionForm } from './DispositionForm'
import { useNumber } from './useNumber'

export function AfterCallPanel({ acw }: { acw: AcwView }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const number = useNumber()
  const path = { call_id: acw.call_id }
  const extend = () => void attempt(() => ok(http.POST('/api/desk/calls/{call_id}/extend-acw', { params: { path } })))
  return (
    <section className="desk-hand panel of-ACW" aria-label={t('calls.acw.title')}>
      <div className="hand-head">
        <h2>{t('calls.acw.title')}</h2>
        <span>{t(acw.ends_at === null ? 'calls.acw.over' : 'calls.acw.left')}</span>
        <span className="hand-time">
          {acw.ends_at === null ? <Since instant={acw.ended_at} /> : <Until instant={acw.ends_at} />}
        </span>
        <Act className="act-on-state" byKey="moreTime" whyNot={acw.ends_at === null ? t('calls.acw.noLimit') : null} act={extend}>
          {t('calls.acw.more')}
        </Act>
        <BookButton callId={acw.call_id} who={acw.caller.customer_name ?? number(acw.caller.number)} />
      </div>
      <CallerCard caller={acw.caller} queueName={acw.queue_name} waited={undefined} />
      <DispositionForm callId={acw.call_id} when="afterCall" />
      <CustomerCard callId={acw.call_id} caller={acw.caller} />
    </section>
  )
}
