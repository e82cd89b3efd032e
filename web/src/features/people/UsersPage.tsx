import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Bilingual, User } from '@/api/types'
import { useDirectory } from '@/features/calls/useDirectory'
import { ListPage } from '@/ui/ListPage'
import { Mark } from '@/ui/Mark'
import { useText } from '@/ui/useLanguage'
import { PasswordDialog } from './PasswordDialog'
import { useMay, useSession } from './session'

export default function UsersPage() {
  const { t } = useTranslation()
  const text = useText()
  const { queueName } = useDirectory()
  const query = useQuery({ queryKey: ['users'], queryFn: () => ok(http.GET('/api/users')) })
  const active = (isActive: boolean) => <Mark kind={isActive ? 'good' : 'quiet'}>{t(isActive ? 'people.users.yes' : 'people.users.no')}</Mark>
  const [chosen, setChosen] = useState<User | null>(null)
  const mayManage = useMay()('users.manage')
  const myId = useSession().user.user_id
  const acts = (_: unknown, user: User) =>
    user.user_id !== myId && (
      <Button size="small" onClick={() => setChosen(user)}>
        {t('people.users.setPassword')}
      </Button>
    )
  return (
    <>
      <ListPage
        title={t('people.users.title')}
        query={query}
        rowKey="user_id"
        columns={[
          { title: t('people.users.username'), dataIndex: 'username', className: 'digits' },
          { title: t('people.users.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
          { title: t('people.users.roles'), dataIndex: 'roles', render: (roles: User['roles']) => roles.map((role) => t(`app.roles.${role}`)).join(' · ') },
          { title: t('people.users.extension'), dataIndex: 'extension', className: 'digits' },
          { title: t('people.users.queues'), dataIndex: 'queues', render: (ids: string[]) => ids.map((id) => text(queueName(id))).join(' · ') },
          { title: t('people.users.active'), dataIndex: 'is_active', render: active },
          ...(mayManage ? [{ title: t('people.users.acts'), key: 'acts', render: acts }] : []),
        ]}
      />
      {chosen !== null && <PasswordDialog user={chosen} isOwn={false} onClose={() => setChosen(null)} />}
    </>
  )
}
