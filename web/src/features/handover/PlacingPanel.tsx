/** Whom I call is being rung: it is heard, and can be given up. */
import { useTranslation } from 'react-i18next'

import type { CallView } from '@/api/types'
import { useCallActs } from '@/features/calls/useCallActs'
import { useNumber } from '@/features/calls/useNumber'
import { Act } from '@/ui/Act'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'

export function PlacingPanel({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const text = useText()
  const number = useNumber()
  const { hangUp } = useCallActs(call)
  const colleague = text(call.guests[0]?.name)
  return (
    <section className="desk-hand panel of-RINGING" aria-label={t('handover.placing')}>
      <div className="hand-head">
        <div role="status">
          <h2>{t('handover.placing')}</h2>
        </div>
        <Since instant={call.answered_at} className="hand-time" />
      </div>
      <div className="caller">
        <div className="caller-number digits">{colleague || number(call.caller.number)}</div>
        {call.caller.customer_name !== null && <div className="caller-name">{call.caller.customer_name}</div>}
      </div>
      <div className="hand-acts">
        <Act
          type="primary"
          danger
          size="large"
          className="act-far"
          byKey="hangUp"
          act={hangUp}
        >
          {t('calls.talk.hangUp')}
        </Act>
      </div>
    </section>
  )
}
