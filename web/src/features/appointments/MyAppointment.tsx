/** One of my appointments, with what can be done with it. */
import { useQueryClient } from '@tanstack/react-query'
import { Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Appointment } from '@/api/types'
import { usePlace } from '@/features/handover/usePlace'
import { useSession } from '@/features/people/session'
import { Act } from '@/ui/Act'
import { dateAndTime, phone } from '@/ui/format'
import { useAttempt } from '@/ui/refusal'
import { useLanguage } from '@/ui/useLanguage'
import { BookDialog } from './BookDialog'

export function MyAppointment({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { tenant } = useSession()
  const number = phone(appointment.number.replace(/^\+86/, ''))
  const who = appointment.customer_name ?? number
  const facts = [
    t(`appointments.state.${appointment.state}`),
    appointment.calls_count > 0 ? t('appointments.calls', { count: appointment.calls_count }) : '',
    appointment.note,
  ]
  return (
    <li className={`appointment of-${appointment.state}`}>
      <span className="digits">{dateAndTime(appointment.due_at, language, tenant.timezone).slice(5, -3)}</span>
      <span className="my-call-who">
        <b>{who}</b>
        <span className="faint" title={appointment.note}>
          {facts.filter(Boolean).join(' · ')}
        </span>
      </span>
      <Acts appointment={appointment} who={who} />
    </li>
  )
}

function Acts({ appointment, who }: { appointment: Appointment; who: string }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const { placeBy, whyNot } = usePlace()
  const [isMoving, setMoving] = useState(false)
  const params = { path: { appointment_id: appointment.appointment_id } }
  const note = appointment.note
  const read = () => cache.invalidateQueries({ queryKey: ['myAppointments'] })
  const dial = () => void placeBy((sdp) => ok(http.POST('/api/desk/appointments/{appointment_id}/call', { params, body: { sdp } })))
  const done = () => void attempt(() => ok(http.POST('/api/desk/appointments/{appointment_id}/done', { params, body: { note } })).then(read))
  const cancel = () => void attempt(() => ok(http.POST('/api/desk/appointments/{appointment_id}/cancel', { params, body: { note } })).then(read))
  return (
    <span className="appointment-acts">
      <Act size="small" type={appointment.state === 'DUE' ? 'primary' : 'default'} aria-label={t('appointments.callWhom', { who })} whyNot={whyNot} act={dial}>
        {t('appointments.call')}
      </Act>
      <Act size="small" aria-label={t('appointments.doneWhom', { who })} act={done}>
        {t('appointments.done')}
      </Act>
      <Act size="small" aria-label={t('appointments.againWhom', { who })} act={() => setMoving(true)}>
        {t('appointments.again')}
      </Act>
      <Popconfirm title={t('appointments.cancelSure')} okText={t('appointments.yes')} cancelText={t('appointments.no')} onConfirm={cancel}>
        <Act size="small" type="text" aria-label={t('appointments.cancelWhom', { who })} title={t('appointments.cancel')} act={() => undefined}>
          ✕
        </Act>
      </Popconfirm>
      {isMoving && (
        <BookDialog
          title={t('appointments.againWhom', { who })}
          note={note}
          save={(later) => ok(http.POST('/api/desk/appointments/{appointment_id}/again', { params, body: later })).then(read)}
          onClose={() => setMoving(false)}
        />
      )}
    </span>
  )
}
