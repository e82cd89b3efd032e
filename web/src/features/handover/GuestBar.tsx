/** The others in the agent's call: what each hears, and the ways on: swap, conference, complete, let go. */
import { useTranslation } from 'react-i18next'

import type { CallView, GuestView } from '@/api/types'
import { Act } from '@/ui/Act'
import { phone } from '@/ui/format'
import { useAttempt } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { hand } from './hand'

export function GuestBar({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  if (call.guests.length === 0) return null
  const asked = call.guests.find((guest) => !guest.is_member)
  const notYet = asked !== undefined && !asked.is_up ? t('handover.notAnswered') : null
  const act = (what: () => Promise<unknown>) => () => void attempt(what)
  return (
    <section className="guest-bar panel" aria-label={t('handover.guests')}>
      <ul>
        {call.guests.map((guest) => (
          <Guest key={guest.guest_id} guest={guest} call={call} />
        ))}
      </ul>
      <div className="hand-acts">
        {asked !== undefined && (
          <>
            <Act byKey="swap" whyNot={notYet} act={act(() => hand.swap(call.call_id, !call.is_aside))}>
              {t(call.is_aside ? 'handover.swapToCaller' : 'handover.swapToGuest')}
            </Act>
            <Act byKey="conference" whyNot={notYet} act={act(() => hand.join(call.call_id))}>
              {t('handover.join')}
            </Act>
          </>
        )}
        <Act type="primary" byKey="complete" act={act(() => hand.complete(call.call_id))}>
          {t(asked === undefined ? 'handover.leave' : asked.is_up ? 'handover.complete' : 'handover.completeRinging')}
        </Act>
      </div>
    </section>
  )
}

function Guest({ guest, call }: { guest: GuestView; call: CallView }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const name = text(guest.name) || phone(guest.number ?? '')
  const others = call.guests.some((other) => other.is_member)
  const what = !guest.is_up ? 'ringing' : guest.is_member ? 'member' : !call.is_aside ? 'waiting' : others ? 'askedAside' : 'asked'
  return (
    <li>
      <span>
        <b>{name}</b> <span role="status">{t(`handover.${what}`)}</span> <Since instant={guest.since} />
      </span>
      <Act size="small" danger aria-label={`${t('handover.dismiss')} ${name}`} act={() => void attempt(() => hand.dismiss(call.call_id, guest.guest_id))}>
        {t(guest.is_up ? 'handover.dismiss' : 'handover.cancel')}
      </Act>
    </li>
  )
}
