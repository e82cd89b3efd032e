/** The open appointments of my teams: the expired first, to be given to somebody who calls. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Popconfirm, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Appointment } from '@/api/types'
import { useDirectory } from '@/features/calls/useDirectory'
import { useSession } from '@/features/people/session'
import { Act } from '@/ui/Act'
import { dateAndTime, phone } from '@/ui/format'
import { ListPage } from '@/ui/ListPage'
import { Mark } from '@/ui/Mark'
import { useAttempt } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'

const FRESH_MS = 10_000

export default function AppointmentsPage() {
  const { t } = useTranslation()
  const text = useText()
  const language = useLanguage()
  const { tenant } = useSession()
  const { agents } = useDirectory()
  const query = useQuery({ queryKey: ['appointments'], queryFn: () => ok(http.GET('/api/appointments')), refetchInterval: FRESH_MS })
  const at = (instant: string) => dateAndTime(instant, language, tenant.timezone).slice(0, -3)
  const agent = (id: string) => text(agents.find((known) => known.user_id === id)?.name) || id
  return (
    <ListPage
      title={t('appointments.title')}
      query={query}
      rowKey="appointment_id"
      columns={[
        { title: t('appointments.when'), dataIndex: 'due_at', className: 'digits', render: at },
        { title: t('appointments.stateTitle'), dataIndex: 'state', render: (state: Appointment['state']) => <State state={state} /> },
        { title: t('appointments.agent'), dataIndex: 'agent_id', render: agent },
        { title: t('appointments.customer'), dataIndex: 'customer_name' },
        { title: t('appointments.number'), dataIndex: 'number', className: 'digits', render: (number: string) => phone(number.replace(/^\+86/, '')) },
        { title: t('appointments.note'), dataIndex: 'note' },
        { title: t('appointments.expires'), dataIndex: 'expires_at', className: 'digits', render: at },
        { title: t('appointments.acts'), key: 'acts', render: (_, appointment: Appointment) => <Acts appointment={appointment} /> },
      ]}
    />
  )
}

function State({ state }: { state: Appointment['state'] }) {
  const { t } = useTranslation()
  const words = t(`appointments.state.${state}`)
  return state === 'EXPIRED' ? <Mark kind="poor">{words}</Mark> : words
}

function Acts({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const { message } = App.useApp()
  const { agents } = useDirectory()
  const params = { path: { appointment_id: appointment.appointment_id } }
  const read = () => cache.invalidateQueries({ queryKey: ['appointments'] })
  const give = async (agent_id: string) => {
    const isGiven = await attempt(() => ok(http.POST('/api/appointments/{appointment_id}/reassign', { params, body: { agent_id } })).then(read))
    if (isGiven) void message.success(t('appointments.given'))
  }
  const cancel = () => void attempt(() => ok(http.POST('/api/appointments/{appointment_id}/cancel', { params, body: { note: appointment.note } })).then(read))
  const others = agents.filter((agent) => agent.extension !== null && agent.user_id !== appointment.agent_id)
  return (
    <span className="appointment-acts">
      <Select<string>
        size="small"
        aria-label={t('appointments.giveTo')}
        placeholder={t('appointments.giveTo')}
        value={null}
        onChange={(agentId) => void give(agentId)}
        options={others.map((agent) => ({ value: agent.user_id, label: text(agent.name) }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 120 }}
      />
      <Popconfirm title={t('appointments.cancelSure')} okText={t('appointments.yes')} cancelText={t('appointments.no')} onConfirm={cancel}>
        <Act size="small" act={() => undefined}>
          {t('appointments.cancel')}
        </Act>
      </Popconfirm>
    </span>
  )
}
