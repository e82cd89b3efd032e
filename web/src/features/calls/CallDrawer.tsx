/** One call: its record, its recording, and every event it left. */
import { useQuery } from '@tanstack/react-query'
import { Alert, Descriptions, Drawer, Spin, Timeline } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { CallDetail } from '@/api/types'
import { useMay, useSession } from '@/features/people/session'
import { dateAndTime, duration, phone, timeOfDay } from '@/ui/format'
import { useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'
import { Mark } from '@/ui/Mark'
import { DEMONSTRATION } from './demonstration'
import { Player } from './Player'
import { lightOf } from './quality'
import { zh } from './texts'
import { useEventText, useOutcomeText } from './eventText'
import { useDirectory } from './useDirectory'
import { useDispositionText } from './useDispositionText'
import { useNumber } from './useNumber'

export function CallDrawer({ callId, onClose }: { callId: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const words = useWords()
  const [followed, setFollowed] = useState<{ from: string | null; to: string } | null>(null) // to a call joined with the one opened
  const shownId = followed !== null && followed.from === callId ? followed.to : callId
  const query = useQuery({
    queryKey: ['call', shownId],
    queryFn: () => ok(http.GET('/api/calls/{call_id}', { params: { path: { call_id: shownId ?? '' } } })),
    enabled: shownId !== null,
  })
  const close = () => {
    setFollowed(null)
    onClose()
  }
  return (
    <Drawer open={callId !== null} onClose={close} size={560} title={t('calls.list.details')} destroyOnHidden>
      {query.isPending && <Spin />}
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      {query.data !== undefined && <Detail detail={query.data} follow={(to) => setFollowed({ from: callId, to })} />}
    </Drawer>
  )
}

function Detail({ detail: { call, called_back_in, events }, follow }: { detail: CallDetail; follow: (callId: string) => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const text = useText()
  const may = useMay()
  const { tenant } = useSession()
  const { queueName, agentName } = useDirectory()
  const dispositionText = useDispositionText()
  const eventText = useEventText()
  const outcomeText = useOutcomeText()
  const number = useNumber()
  const reason = call.end_reason
  const rows: [string, ReactNode][] = [
    [t('calls.list.time'), dateAndTime(call.arrived_at, language, tenant.timezone)],
    [t('calls.list.outcome'), outcomeText(call.outcome)],
    [t('calls.list.caller'), number(call.caller)],
    [t('calls.list.customer'), call.customer_name],
    [t('calls.card.dialled'), phone(call.dialled)],
    [t('calls.list.channel'), call.channel === 'web' ? t('calls.list.web') : t('calls.list.sip')],
    [t('calls.list.queue'), text(queueName(call.queue_id))],
    [t('calls.list.agent'), text(agentName(call.agent_id))],
    [t('calls.list.wait'), call.wait_s === null ? null : duration(call.wait_s)],
    [t('calls.list.talk'), call.talk_s === null ? null : duration(call.talk_s)],
    [t('calls.list.hold'), call.hold_s === 0 ? null : duration(call.hold_s)],
    [t('calls.list.sound'), call.mos === null ? null : t('calls.list.soundOf', { mos: call.mos.toFixed(1), light: t(`calls.quality.${lightOf(call.mos)}`) })],
    [t('calls.list.ended'), reason !== null && reason in zh.end ? t(`calls.end.${reason as keyof typeof zh.end}`) : reason],
    [t('calls.list.disposition'), dispositionText(call.disposition)],
    [t('calls.list.note'), call.note],
    [t('calls.list.callbackOf'), call.callback_of === null ? null : <Follow callId={call.callback_of} follow={follow} />],
    ...called_back_in.map((callId): [string, ReactNode] => [t('calls.list.calledBackIn'), <Follow key={callId} callId={callId} follow={follow} />]),
    [t('calls.list.id'), call.call_id],
  ]
  const items = rows.filter(([, value]) => value !== null && value !== '').map(([label, children], place) => ({ key: place, label, children }))
  const canListen = call.has_recording && (may('recordings.listen') || may('recordings.listen_own'))
  return (
    <>
      {call.peer === DEMONSTRATION && <Mark kind="quiet">{t('calls.list.demonstration')}</Mark>}
      {canListen && <Player callId={call.call_id} />}
      <Descriptions size="small" column={2} bordered items={items} />
      <h2 className="drawer-title">{t('calls.list.events')}</h2>
      <Timeline
        items={events.map((event) => ({
          key: event.seq,
          content: (
            <>
              <span className="digits faint">{timeOfDay(event.occurred_at, language, tenant.timezone)}</span> {eventText(event)}
            </>
          ),
        }))}
      />
    </>
  )
}

function Follow({ callId, follow }: { callId: string; follow: (callId: string) => void }) {
  return (
    <button type="button" className="link digits" onClick={() => follow(callId)}>
      {callId.slice(0, 8)}
    </button>
  )
}
