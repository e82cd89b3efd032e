/** Desk phones: what each extension has registered now, a new password for it, blocked and let in again. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Popconfirm, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Bilingual, KeptPerson, Phone, PhoneDevice } from '@/api/types'
import { duration } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { useAttempt, useWords } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { SecretsDialog } from './SecretsDialog'
import { found } from './phones'
import '@/ui/record/record.css'

const ASK_AGAIN_MS = 5000 // registrations are not told live
const ROWS_A_PAGE = 20

export default function PhonesPage() {
  const { t } = useTranslation()
  const words = useWords()
  const [typed, setTyped] = useState('')
  const [given, setGiven] = useState<KeptPerson | null>(null)
  const query = useQuery({ queryKey: ['phones'], queryFn: () => ok(http.GET('/api/phones')), refetchInterval: ASK_AGAIN_MS })
  const columns = useColumns(setGiven)
  const all = query.data ?? []
  const counted = {
    extensions: all.length,
    registered: all.filter((phone) => phone.devices.length > 0).length,
    devices: all.reduce((sum, phone) => sum + phone.devices.length, 0),
  }
  return (
    <div className="page">
      <div className="records-head">
        <h1>{t('people.phones.title')}</h1>
        <div className="records-tools">
          <Input.Search allowClear placeholder={t('people.phones.search')} aria-label={t('people.phones.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
      </div>
      <p className="records-lead">
        {t('people.phones.lead')}
        <br />
        {t('people.phones.counted', counted)}
      </p>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<Phone>
        size="small"
        rowKey="user_id"
        columns={columns}
        dataSource={found(all, typed)}
        loading={query.isPending}
        pagination={{ pageSize: ROWS_A_PAGE, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
        rowClassName={(phone) => (phone.is_active && !phone.is_blocked ? '' : 'is-closed-row')}
      />
      {given !== null && <SecretsDialog people={[given]} onClose={() => setGiven(null)} />}
    </div>
  )
}

function useColumns(give: (kept: KeptPerson) => void): TableColumnsType<Phone> {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const again = () => cache.invalidateQueries({ queryKey: ['phones'] })
  const reset = ({ user_id }: Phone) =>
    attempt(async () => {
      give(await ok(http.POST('/api/people/{user_id}/phone-password', { params: { path: { user_id } } })))
      await again()
    })
  const block = ({ user_id, is_blocked }: Phone) =>
    attempt(async () => {
      await ok(http.PUT('/api/phones/{user_id}', { params: { path: { user_id } }, body: { is_blocked: !is_blocked } }))
      await again()
    })
  const state = (phone: Phone) => (!phone.is_active ? 'left' : phone.is_blocked ? 'blocked' : 'free')
  const acts = (_: unknown, phone: Phone) => (
    <span className="row-acts">
      <Sure what={t('people.phones.reset')} why={t('people.phones.resetSure', phone)} of={t('people.phones.of', phone)} act={() => reset(phone)} />
      {phone.is_blocked ? (
        <Button size="small" aria-label={`${t('people.phones.unblock')}, ${t('people.phones.of', phone)}`} onClick={() => void block(phone)}>
          {t('people.phones.unblock')}
        </Button>
      ) : (
        <Sure what={t('people.phones.block')} why={t('people.phones.blockSure', phone)} of={t('people.phones.of', phone)} act={() => block(phone)} />
      )}
    </span>
  )
  return [
    { title: t('people.users.extension'), dataIndex: 'extension', className: 'digits' },
    { title: t('people.phones.person'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
    { title: t('people.phones.device'), dataIndex: 'devices', render: (devices: PhoneDevice[]) => <Devices devices={devices} /> },
    { title: t('people.phones.password'), dataIndex: 'has_own_password', render: (isOwn: boolean) => t(isOwn ? 'people.phones.own' : 'people.phones.shared') },
    {
      title: t('app.record.state'),
      key: 'state',
      render: (_, phone) => <Mark kind={state(phone) === 'free' ? 'good' : state(phone) === 'blocked' ? 'bad' : 'quiet'}>{t(`people.phones.states.${state(phone)}`)}</Mark>,
    },
    { title: t('app.record.acts'), key: 'acts', render: acts },
  ]
}

function Sure({ what, why, of, act }: { what: string; why: string; of: string; act: () => Promise<unknown> }) {
  const { t } = useTranslation()
  return (
    <Popconfirm title={why} okText={what} cancelText={t('app.record.cancel')} onConfirm={act}>
      <Button size="small" aria-label={`${what}, ${of}`}>
        {what}
      </Button>
    </Popconfirm>
  )
}

function Devices({ devices }: { devices: readonly PhoneDevice[] }) {
  const { t } = useTranslation()
  if (devices.length === 0) return <span className="faint">{t('people.phones.none')}</span>
  return devices.map((device) => (
    <div key={`${device.transport} ${device.host} ${device.user_agent} ${device.since_s_ago}`}>
      {device.user_agent || <span className="faint">{t('people.phones.unnamed')}</span>}
      {' · '}
      <span className="digits">
        {device.transport.toUpperCase()} {device.host}
      </span>{' '}
      {device.is_natted && <Mark kind="quiet">{t('people.phones.natted')}</Mark>}
      <div className="faint">
        {t('people.phones.since', { ago: duration(device.since_s_ago), renewed: duration(device.renewed_s_ago), left: duration(device.expires_in_s) })}
      </div>
    </div>
  ))
}
