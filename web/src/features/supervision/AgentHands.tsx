/** What a supervisor may do with one agent on the wallboard: be in his call by one click, end it, put him in another state. */
import { App, Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { AgentView } from '@/api/types'
import { useAnswered } from '@/features/calls/answeredCall'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { Act } from '@/ui/Act'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { useBeIn } from './useBeIn'
import { MODES } from './WatchBar'

export function AgentHands({ agent, move }: { agent: AgentView; move: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const beIn = useBeIn()
  const isBusy = useAnswered() !== null
  const callId = agent.state === 'TALKING' ? agent.call_id : null
  const name = text(agent.name)
  return (
    <span className="agent-hands" role="group" aria-label={t('supervision.hands', { agent: name })}>
      {callId !== null &&
        MODES.map((mode) => (
          <Act
            key={mode}
            size="small"
            aria-label={`${t(`supervision.mode.${mode}`)} ${name}`}
            whyNot={isBusy ? t('supervision.ownCallFirst') : null}
            act={() => beIn(callId, mode)}
          >
            {t(`supervision.mode.${mode}`)}
          </Act>
        ))}
      <MoreMenu agent={agent} name={name} callId={callId} move={move} />
    </span>
  )
}

function MoreMenu({ agent, name, callId, move }: { agent: AgentView; name: string; callId: string | null; move: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { modal } = App.useApp()
  const reasons = useDeskOptions().data?.break_reasons ?? []
  const steer = (state: 'READY' | 'BREAK' | 'OFFLINE', reason: string | null) =>
    void attempt(() =>
      ok(http.POST('/api/supervision/agents/{agent_id}/state', { params: { path: { agent_id: agent.agent_id } }, body: { state, reason } })),
    )
  const endCall = (id: string) =>
    void modal.confirm({
      title: t('supervision.endTitle', { agent: name }),
      content: t('supervision.endWhat'),
      okText: t('supervision.end'),
      okButtonProps: { danger: true },
      onOk: () => attempt(() => ok(http.POST('/api/supervision/calls/{call_id}/hang-up', { params: { path: { call_id: id } } }))),
    })
  const states: MenuProps['items'] = agent.state === 'OFFLINE' ? [] : [
    { key: 'READY', label: t('supervision.makeReady'), onClick: () => steer('READY', null) },
    {
      key: 'BREAK',
      label: t('supervision.sendOnBreak'),
      children: reasons.map((reason) => ({ key: `BREAK.${reason.code}`, label: text(reason.label), onClick: () => steer('BREAK', reason.code) })),
    },
    { key: 'OFFLINE', label: t('supervision.signOut'), onClick: () => steer('OFFLINE', null) },
    { type: 'divider' },
  ]
  const items: MenuProps['items'] = [
    ...states,
    { key: 'move', label: t('supervision.move.open'), onClick: move },
    ...(callId === null ? [] : [{ type: 'divider' as const }, { key: 'end', danger: true, label: t('supervision.end'), onClick: () => endCall(callId) }]),
  ]
  return (
    <Dropdown trigger={['click']} menu={{ items }} autoFocus>
      <Button size="small" aria-haspopup="menu" aria-label={t('supervision.more', { agent: name })}>
        ⋯
      </Button>
    </Dropdown>
  )
}
