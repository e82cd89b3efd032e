/** Whom I have promised to call: the due ones counted, one press dials, then what came of it. */
import { BellFilled, BellOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Badge, Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { useMe } from '@/features/calls/useMe'
import './appointments.css'
import { MyAppointment } from './MyAppointment'
import { useChime } from './useChime'

export function MyAppointments() {
  const { t } = useTranslation()
  const view = useMe()?.appointments ?? null
  const query = useQuery({ queryKey: ['myAppointments'], queryFn: () => ok(http.GET('/api/desk/appointments')) })
  const { refetch } = query
  useEffect(() => {
    if (view !== null) void refetch()
  }, [view, refetch])
  const [hasSound, setSound] = useChime(view?.due)
  const appointments = query.data ?? []
  if (appointments.length === 0) return null
  const dueCount = view?.due.length ?? 0
  return (
    <section className="my-appointments" aria-label={t('appointments.mine')}>
      <header>
        <h2>{t('appointments.mine')}</h2>
        <span role="status">{dueCount > 0 && <Badge color="var(--danger)" count={t('appointments.due', { count: dueCount })} />}</span>
        <Button
          size="small"
          type="text"
          aria-pressed={hasSound}
          aria-label={t(hasSound ? 'appointments.soundOn' : 'appointments.soundOff')}
          title={t(hasSound ? 'appointments.soundOn' : 'appointments.soundOff')}
          onClick={() => setSound(!hasSound)}
        >
          {hasSound ? <BellFilled /> : <BellOutlined />}
        </Button>
      </header>
      <ul>
        {appointments.map((appointment) => (
          <MyAppointment key={appointment.appointment_id} appointment={appointment} />
        ))}
      </ul>
    </section>
  )
}
