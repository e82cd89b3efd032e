/** The lines to carriers: those kept here, and those of the settings, which are changed there. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Trunk, TrunkIn } from '@/api/types'
import { Mark } from '@/ui/Mark'
import { RecordsPage } from '@/ui/record/RecordsPage'
import { newTrunk, trunkFields, trunkValues } from './trunkForm'

const ASK_AGAIN_MS = 5000 // how servers are is not told live

export default function TrunksPage() {
  const { t } = useTranslation()
  const query = useQuery({ queryKey: ['trunks'], queryFn: () => ok(http.GET('/api/trunks')), refetchInterval: ASK_AGAIN_MS })
  const save = (row: Trunk | null, values: TrunkIn) => {
    const body = { ...values, username: values.username || null, password: values.password || null }
    return row?.trunk_id == null
      ? ok(http.POST('/api/trunks', { body }))
      : ok(http.PUT('/api/trunks/{trunk_id}', { params: { path: { trunk_id: row.trunk_id } }, body, ...asSeen(row) }))
  }
  const name = (text: string, trunk: Trunk) => (
    <>
      {text} {trunk.trunk_id === null && <Mark kind="quiet">{t('numbers.trunks.ofSettings')}</Mark>}
    </>
  )
  return (
    <RecordsPage<Trunk, TrunkIn>
      title={t('numbers.trunks.title')}
      lead={t('numbers.trunks.lead')}
      query={query}
      rowKey="name"
      isActive={(trunk) => trunk.is_active}
      mayChange
      mayChangeRow={(trunk) => trunk.trunk_id !== null}
      addLabel={t('numbers.trunks.add')}
      formTitle={(row) => row?.name ?? t('numbers.trunks.add')}
      fields={(row) => trunkFields(t, row?.has_password === true)}
      values={(row) => (row === null ? newTrunk : trunkValues(row))}
      save={save}
      columns={[
        { title: t('numbers.name'), dataIndex: 'name', render: name },
        { title: t('numbers.trunks.servers'), dataIndex: 'servers', render: lines },
        { title: t('numbers.trunks.networks'), dataIndex: 'networks', render: lines },
        { title: t('numbers.trunks.username'), dataIndex: 'username' },
        { title: t('numbers.trunks.live'), dataIndex: 'state', render: (state: Trunk['state']) => <States state={state} /> },
      ]}
    />
  )
}

const lines = (texts: string[]) => texts.map((text) => <div key={text}>{text}</div>)

function States({ state }: { state: Trunk['state'] }) {
  const { t } = useTranslation()
  const said = (ago: number | null) => (ago === null ? '' : t('numbers.trunks.ago', { count: Math.round(ago) }))
  return state.map(({ address, is_up, answered_s_ago }) => (
    <div key={address}>
      <Mark kind={is_up === null ? 'quiet' : is_up ? 'good' : 'bad'}>{t(is_up === null ? 'numbers.trunks.unknown' : is_up ? 'numbers.trunks.up' : 'numbers.trunks.down')}</Mark>{' '}
      <span className="digits">{address}</span> <span className="faint">{said(answered_s_ago)}</span>
    </div>
  ))
}
