/** One of my calls of today: what it was, its recording, and its disposition where the system had to close it. */
import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Call, CallPage } from '@/api/types'
import { BookButton } from '@/features/appointments/BookButton'
import { useSession } from '@/features/people/session'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { usePlace } from '@/features/handover/usePlace'
import { Act } from '@/ui/Act'
import { Mark } from '@/ui/Mark'
import { duration, timeOfDay } from '@/ui/format'
import { useLanguage, useText } from '@/ui/useLanguage'
import { DEMONSTRATION } from './demonstration'
import { DispositionForm } from './DispositionForm'
import { useOutcomeText } from './eventText'
import { Player } from './Player'
import { useDispositionText } from './useDispositionText'
import { useNumber } from './useNumber'

export function MyCall({ call, isPlaying, play }: { call: Call; isPlaying: boolean; play: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { tenant } = useSession()
  const outcomeText = useOutcomeText()
  const number = useNumber()
  const isLive = call.outcome === 'LIVE'
  const canPlay = call.has_recording && !isLive
  return (
    <li>
      <div className="my-call">
        <span className="my-call-time digits">{timeOfDay(call.connected_at ?? call.arrived_at, language, tenant.timezone).slice(0, 5)}</span>
        <span className="my-call-who">
          <b>{call.customer_name ?? number(call.direction === 'in' ? call.caller : call.dialled)}</b>
          <Facts call={call} />
        </span>
        <span className="digits">{isLive ? '' : call.talk_s === null ? outcomeText(call.outcome) : duration(call.talk_s)}</span>
        {call.direction !== 'internal' && !isLive && <CallBack call={call} />}
        {call.direction !== 'internal' && !isLive && <BookButton callId={call.call_id} who={call.customer_name ?? number(call.direction === 'in' ? call.caller : call.dialled)} isSmall />}
        <Act size="small" type="text" aria-expanded={isPlaying} aria-label={t('calls.player.play')} whyNot={canPlay ? null : t('calls.player.none')} act={play}>
          {isPlaying ? '▾' : '▶'}
        </Act>
      </div>
      {isPlaying && <Player callId={call.call_id} plays />}
      {call.is_unregistered && <Unregistered call={call} />}
    </li>
  )
}

function CallBack({ call }: { call: Call }) {
  const { t } = useTranslation()
  const { place, whyNot } = usePlace()
  return (
    <Act
      size="small"
      type="text"
      aria-label={`${t('handover.callBack')} ${call.customer_name ?? ''}`.trim()}
      title={whyNot ?? t('handover.callBack')}
      whyNot={whyNot}
      act={() => void place({ back_to: call.call_id })}
    >
      ☎
    </Act>
  )
}

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation()
  const text = useText()
  const outcomeText = useOutcomeText()
  const dispositionText = useDispositionText()
  const queue = useDeskOptions().data?.queues.find((one) => one.queue_id === call.queue_id)
  const whatItWas = call.disposition === null ? t('calls.mine.noDisposition') : call.is_unregistered ? null : dispositionText(call.disposition)
  const facts = [
    call.direction === 'in' ? null : t(`handover.${call.direction}`),
    call.peer === DEMONSTRATION ? t('calls.list.demonstration') : null,
    queue === undefined ? null : text(queue.name),
    call.outcome === 'LIVE' ? outcomeText(call.outcome) : whatItWas,
  ]
  return <span className="faint">{facts.filter(Boolean).join(' · ')}</span>
}

function Unregistered({ call }: { call: Call }) {
  const { t } = useTranslation()
  const dispositionText = useDispositionText()
  const cache = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  // The list is read again a moment later; until then it shows what was just said.
  const registered = (disposition: string, note: string) =>
    cache.setQueryData<InfiniteData<CallPage>>(['myCalls'], (known) => known && said(known, { ...call, disposition, note, is_unregistered: false }))
  return (
    <div className="my-call-owed">
      <Mark kind="poor">{dispositionText(call.disposition)}</Mark>
      <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(isOpen ? 'calls.mine.later' : 'calls.mine.register')}
      </Button>
      {isOpen && <DispositionForm callId={call.call_id} when="late" onSaved={registered} />}
    </div>
  )
}

const said = (known: InfiniteData<CallPage>, newer: Call): InfiniteData<CallPage> => ({
  ...known,
  pages: known.pages.map((page) => ({ ...page, items: page.items.map((one) => (one.call_id === newer.call_id ? newer : one)) })),
})
