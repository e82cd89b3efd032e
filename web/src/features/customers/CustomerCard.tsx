/** Who it is, how often he called today, what is open, what is written on him, what was before. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { CallerView, OpenMatter } from '@/api/types'
import { useSession } from '@/features/people/session'
import { dateAndTime } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { useLanguage, useText } from '@/ui/useLanguage'
import { Contacts } from './Contacts'
import './customers.css'
import { Notes } from './Notes'
import { WhoIsIt } from './WhoIsIt'

export function CustomerCard({ callId, caller }: { callId: string; caller: CallerView }) {
  const { t } = useTranslation()
  const path = { call_id: callId }
  const card = useQuery({ queryKey: ['card', callId, caller.customer_id], queryFn: () => ok(http.GET('/api/desk/calls/{call_id}/card', { params: { path } })) }).data
  if (card === undefined) return null
  return (
    <section className="customer" aria-label={t('customers.label')}>
      <div className="customer-head">
        {card.calls_today_count > 1 && <Mark kind="poor">{t('customers.today', { count: card.calls_today_count })}</Mark>}
        <WhoIsIt callId={callId} isKnown={card.customer !== null} />
      </div>
      {card.matters.length > 0 && <Matters matters={card.matters} />}
      <div className="customer-body">
        {card.customer !== null && <Notes callId={callId} customerId={card.customer.customer_id} notes={card.notes} />}
        <Contacts callId={callId} customerId={card.customer?.customer_id ?? null} />
      </div>
    </section>
  )
}

function Matters({ matters }: { matters: readonly OpenMatter[] }) {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const { tenant } = useSession()
  return (
    <section aria-label={t('customers.matters')}>
      <h3>{t('customers.matters')}</h3>
      <ul>
        {matters.map((matter) => (
          <li key={matter.matter_id}>
            <b>{matter.title}</b> {text(matter.state)} · {text(matter.owner)} ·{' '}
            {t('customers.due', { when: dateAndTime(matter.due_at, language, tenant.timezone).slice(0, -3) })}
          </li>
        ))}
      </ul>
    </section>
  )
}
