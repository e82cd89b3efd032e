/** Everybody who works or worked here, found and paged; administrators take on, change and let go. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Popconfirm, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, KeptPerson, User } from '@/api/types'
import { Mark } from '@/ui/Mark'
import { RecordDrawer } from '@/ui/record/RecordDrawer'
import { useAttempt, useWords } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { ImportDialog } from './ImportDialog'
import { PasswordDialog } from './PasswordDialog'
import { PeopleFilters, type Filters } from './PeopleFilters'
import { SecretsDialog } from './SecretsDialog'
import { newPerson, personFields, personIn, personValues, type Values } from './personForm'
import { useMay, useSession } from './session'
import { useAround } from './useAround'
import '@/ui/record/record.css'

type Opened = { what: 'form'; user: User | null } | { what: 'password'; user: User } | { what: 'import' } | { what: 'secrets'; people: readonly KeptPerson[] }

export default function UsersPage() {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const cache = useQueryClient()
  const { message } = App.useApp()
  const mayManage = useMay()('users.manage')
  const around = useAround()
  const [filters, setFilters] = useState<Filters>({})
  const [opened, setOpened] = useState<Opened | null>(null)
  const columns = useColumns(mayManage, setOpened)
  const query = useInfiniteQuery({
    queryKey: ['people', filters],
    queryFn: ({ pageParam }) => ok(http.GET('/api/people', { params: { query: { ...filters, ...(pageParam === null ? {} : { after: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_after,
  })
  const close = () => setOpened(null)
  const save = (user: User | null, values: Values): Promise<KeptPerson> => {
    const body = personIn(values)
    return user === null
      ? ok(http.POST('/api/people', { body }))
      : ok(http.PUT('/api/people/{user_id}', { params: { path: { user_id: user.user_id } }, body, ...asSeen(user) }))
  }
  const saved = (kept: KeptPerson) => {
    void cache.invalidateQueries()
    void message.success(t('app.record.saved'))
    const isSecret = kept.password !== null || kept.phone_password !== null
    setOpened(isSecret ? { what: 'secrets', people: [kept] } : null)
  }
  return (
    <div className="page">
      <div className="records-head">
        <h1>{t('people.users.title')}</h1>
        {mayManage && (
          <div className="records-tools">
            <Button onClick={() => setOpened({ what: 'import' })}>{t('people.import.open')}</Button>
            <Button type="primary" onClick={() => setOpened({ what: 'form', user: null })}>
              {t('people.users.add')}
            </Button>
          </div>
        )}
      </div>
      <PeopleFilters filters={filters} change={setFilters} around={around} />
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<User>
        size="small"
        rowKey="user_id"
        columns={columns}
        dataSource={query.data?.pages.flatMap((page) => page.items) ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
        rowClassName={(user) => (user.is_active ? '' : 'is-closed-row')}
      />
      {query.hasNextPage && (
        <Button className="load-more" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('app.loadMore')}
        </Button>
      )}
      {opened?.what === 'form' && (
        <RecordDrawer<Values, KeptPerson>
          title={opened.user === null ? t('people.users.add') : text(opened.user.name)}
          fields={personFields(t, text, around)}
          initial={opened.user === null ? newPerson : personValues(opened.user)}
          save={(values) => save(opened.user, values)}
          onSaved={saved}
          onClose={close}
        />
      )}
      {opened?.what === 'password' && <PasswordDialog user={opened.user} isOwn={false} onClose={close} />}
      {opened?.what === 'import' && <ImportDialog onDone={(people) => setOpened({ what: 'secrets', people })} onClose={close} />}
      {opened?.what === 'secrets' && <SecretsDialog people={opened.people} onClose={close} />}
    </div>
  )
}

function useColumns(mayManage: boolean, open: (opened: Opened) => void): TableColumnsType<User> {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { queues, teams } = useAround()
  const myId = useSession().user.user_id
  const queueName = (id: string) => text(queues.find((queue) => queue.queue_id === id)?.name) || id
  const active = (isActive: boolean) => <Mark kind={isActive ? 'good' : 'quiet'}>{t(isActive ? 'app.record.active' : 'app.record.closed')}</Mark>
  const givePhone = (user: User) =>
    void attempt(async () => {
      const kept = await ok(http.POST('/api/people/{user_id}/phone-password', { params: { path: { user_id: user.user_id } } }))
      open({ what: 'secrets', people: [kept] })
    })
  const acts = (_: unknown, user: User) => (
    <span className="row-acts">
      <Button size="small" onClick={() => open({ what: 'form', user })}>
        {t('app.record.change')}
      </Button>
      {user.user_id !== myId && (
        <Button size="small" onClick={() => open({ what: 'password', user })}>
          {t('people.users.setPassword')}
        </Button>
      )}
      {user.extension !== null && (
        <Popconfirm
          title={t('people.users.phoneSure', { extension: user.extension })}
          okText={t('people.users.phonePassword')}
          cancelText={t('app.record.cancel')}
          onConfirm={() => givePhone(user)}
        >
          <Button size="small">{t('people.users.phonePassword')}</Button>
        </Popconfirm>
      )}
    </span>
  )
  return [
    { title: t('people.users.username'), dataIndex: 'username', className: 'digits' },
    { title: t('people.users.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
    { title: t('people.users.roles'), dataIndex: 'roles', render: (roles: User['roles']) => roles.map((role) => t(`app.roles.${role}`)).join(' · ') },
    { title: t('people.users.team'), dataIndex: 'team_id', render: (id: string | null) => text(teams.find((team) => team.team_id === id)?.name) },
    { title: t('people.users.extension'), dataIndex: 'extension', className: 'digits' },
    { title: t('people.users.queues'), dataIndex: 'queues', render: (ids: string[]) => <span className="wraps">{ids.map(queueName).join(' · ')}</span> },
    { title: t('app.record.state'), dataIndex: 'is_active', render: active },
    ...(mayManage ? [{ title: t('app.record.acts'), key: 'acts', render: acts }] : []),
  ]
}
