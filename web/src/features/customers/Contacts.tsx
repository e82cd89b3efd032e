/** Every contact with the customer, by whom, what it was, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Contact } from '@/api/types'
import { useOutcomeText } from '@/features/calls/eventText'
import { Player } from '@/features/calls/Player'
import { useDispositionText } from '@/features/calls/useDispositionText'
import { useSession } from '@/features/people/session'
import { dateAndTime, duration } from '@/ui/format'
import { useLanguage, useText } from '@/ui/useLanguage'

const AT_ONCE = 5 // the rest is asked for: what the call was stays in sight

export function Contacts({ callId, customerId }: { callId: string; customerId: string | null }) {
  const { t } = useTranslation()
  const query = useInfiniteQuery({
    queryKey: ['contacts', callId, customerId],
    queryFn: ({ pageParam }) =>
      ok(http.GET('/api/desk/calls/{call_id}/contacts', { params: { path: { call_id: callId }, query: { limit: AT_ONCE, ...(pageParam === null ? {} : { cursor: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
  const contacts = (query.data?.pages.flatMap((page) => page.items) ?? []).filter((contact) => contact.call.call_id !== callId)
  return (
    <section aria-label={t('customers.contacts')}>
      <h3>{t('customers.contacts')}</h3>
      <ul>
        {contacts.map((contact) => (
          <OneContact key={contact.call.call_id} contact={contact} />
        ))}
      </ul>
      {query.isSuccess && contacts.length === 0 && <p className="faint">{t('customers.noContacts')}</p>}
      {query.hasNextPage && (
        <Button size="small" type="link" onClick={() => void query.fetchNextPage()}>
          {t('customers.more')}
        </Button>
      )}
    </section>
  )
}

function OneContact({ contact: { call, agent_name, can_listen } }: { contact: Contact }) {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const { tenant } = useSession()
  const outcomeText = useOutcomeText()
  const dispositionText = useDispositionText()
  const [isPlaying, setPlaying] = useState(false)
  const facts = [
    call.direction === 'in' ? t('customers.call') : t(`handover.${call.direction}`),
    agent_name === null ? '' : text(agent_name),
    call.disposition === null ? outcomeText(call.outcome) : dispositionText(call.disposition),
    call.talk_s === null ? '' : duration(call.talk_s),
  ]
  return (
    <li>
      <div className="contact">
        <span className="digits">{dateAndTime(call.arrived_at, language, tenant.timezone).slice(0, -3)}</span>
        <span>{facts.filter(Boolean).join(' · ')}</span>
        {can_listen && (
          <Button size="small" type="text" aria-expanded={isPlaying} aria-label={t('customers.play')} title={t('customers.play')} onClick={() => setPlaying(!isPlaying)}>
            {isPlaying ? '▾' : '▶'}
          </Button>
        )}
      </div>
      {call.note !== null && call.note !== '' && <p className="faint">{call.note}</p>}
      {isPlaying && <Player callId={call.call_id} plays />}
    </li>
  )
}
