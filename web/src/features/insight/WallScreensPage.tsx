/** Links for screens on walls: given out, shown once, revoked. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Input, Modal, Popconfirm, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { NewWallScreen, WallScreen, WallScreenIn } from '@/api/types'
import { useTeams } from '@/features/people/useAround'
import { useSession } from '@/features/people/session'
import { dateAndTime } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { RecordDrawer } from '@/ui/record/RecordDrawer'
import { useAttempt, useWords } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'

type Values = { name: string; teams: string[] }

export default function WallScreensPage() {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const attempt = useAttempt()
  const language = useLanguage()
  const cache = useQueryClient()
  const zone = useSession().tenant.timezone
  const teams = useTeams()
  const [opened, setOpened] = useState<'form' | NewWallScreen | null>(null)
  const query = useQuery({ queryKey: ['wallScreens'], queryFn: () => ok(http.GET('/api/wall-screens')) })
  const reload = () => void cache.invalidateQueries({ queryKey: ['wallScreens'] })
  const teamName = (id: string) => text(teams.find((team) => team.team_id === id)?.name) || id
  const save = ({ name, teams: chosen }: Values): Promise<NewWallScreen> => {
    const body: WallScreenIn = { name, teams: chosen.length === 0 ? null : chosen }
    return ok(http.POST('/api/wall-screens', { body }))
  }
  const made = (screen: NewWallScreen) => {
    setOpened(screen)
    reload()
  }
  const revoke = (screen: WallScreen) =>
    void attempt(() => ok(http.DELETE('/api/wall-screens/{screen_id}', { params: { path: { screen_id: screen.screen_id } } }))).then(reload)
  const acts = (_: unknown, screen: WallScreen) =>
    screen.revoked_at === null && (
      <Popconfirm title={t('insight.screens.sure', { name: screen.name })} okText={t('insight.screens.revoke')} cancelText={t('app.record.cancel')} onConfirm={() => revoke(screen)}>
        <Button size="small" aria-label={`${t('insight.screens.revoke')} ${screen.name}`}>
          {t('insight.screens.revoke')}
        </Button>
      </Popconfirm>
    )
  return (
    <div className="page">
      <div className="records-head">
        <h1>{t('insight.screens.title')}</h1>
        <div className="records-tools">
          <Button type="primary" onClick={() => setOpened('form')}>
            {t('insight.screens.add')}
          </Button>
        </div>
      </div>
      <p className="records-lead">{t('insight.screens.lead')}</p>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<WallScreen>
        size="small"
        rowKey="screen_id"
        dataSource={query.data ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
        columns={[
          { title: t('insight.screens.name'), dataIndex: 'name' },
          { title: t('insight.screens.teams'), dataIndex: 'teams', render: (ids: string[] | null) => (ids === null ? t('insight.screens.allTeams') : ids.map(teamName).join(' · ')) },
          { title: t('insight.screens.created'), dataIndex: 'created_at', className: 'digits', render: (at: string) => dateAndTime(at, language, zone) },
          {
            title: t('app.record.state'),
            dataIndex: 'revoked_at',
            render: (at: string | null) => <Mark kind={at === null ? 'good' : 'quiet'}>{t(at === null ? 'insight.screens.open' : 'insight.screens.revoked')}</Mark>,
          },
          { title: t('app.record.acts'), key: 'acts', render: acts },
        ]}
      />
      {opened === 'form' && (
        <RecordDrawer<Values, NewWallScreen>
          title={t('insight.screens.add')}
          fields={[
            { kind: 'text', name: 'name', label: t('insight.screens.name'), hint: t('insight.screens.nameHint'), isNeeded: true },
            {
              kind: 'choices',
              name: 'teams',
              label: t('insight.screens.teams'),
              options: teams.filter((team) => team.is_active).map((team) => ({ value: team.team_id, label: text(team.name) })),
              hint: t('insight.screens.teamsHint'),
            },
          ]}
          initial={{ name: '', teams: [] }}
          save={save}
          onSaved={made}
          onClose={() => setOpened(null)}
        />
      )}
      {opened !== null && opened !== 'form' && <LinkDialog screen={opened} onClose={() => setOpened(null)} />}
    </div>
  )
}

function LinkDialog({ screen, onClose }: { screen: NewWallScreen; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const link = `${location.origin}/wall#${screen.token}`
  const copy = () => void navigator.clipboard.writeText(link).then(() => message.success(t('insight.screens.copied')))
  return (
    <Modal
      open
      title={`${t('insight.screens.made')} · ${screen.name}`}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="copy" onClick={copy}>
          {t('insight.screens.copy')}
        </Button>,
        <Button key="done" type="primary" onClick={onClose}>
          {t('insight.screens.done')}
        </Button>,
      ]}
    >
      <Alert type="warning" showIcon title={t('insight.screens.once')} />
      <Input className="wall-link" aria-label={t('insight.screens.made')} readOnly value={link} onFocus={(event) => event.target.select()} />
    </Modal>
  )
}
