/** What I am doing, since when, and what I may do next. */
import { Dropdown, Segmented, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { Act } from '@/ui/Act'
import { useKey, useKeys } from '@/ui/keyboard'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { keepDevice, type Device } from './goReady'
import { useStateText } from './reasonText'
import { SoundDevices } from './SoundDevices'
import { deviceOf, useStateActs, type StateActs } from './useStateActs'
import './stateBar.css'

interface StateBarProps {
  agent: AgentView | undefined
  isKnown: boolean // the server has told; no agent then means that nobody signed in to the queues yet
  isHeld: boolean
}

export function StateBar({ agent, isKnown, isHeld }: StateBarProps) {
  const { t } = useTranslation()
  const stateText = useStateText()
  const acts = useStateActs(agent, isKnown)
  const [, setChosen] = useState<Device | null>(null) // kept in the browser: drawn anew when it changes
  const { state, whyNot } = acts
  const choose = (next: Device) => {
    keepDevice(next)
    setChosen(next)
  }
  const shown = state === 'TALKING' && isHeld ? 'HELD' : (state ?? 'OFFLINE')

  return (
    <section className="state-bar" aria-label={t('routing.bar.label')}>
      <div className={`state-now of-${shown}`}>
        <span className="state-name" role="status">
          {state === undefined ? t('routing.bar.noView') : stateText(shown, agent?.reason ?? null)}
        </span>
        {agent !== undefined && <Since instant={agent.since} className="state-time" />}
      </div>
      {agent?.next_state != null && <span className="state-next">{t('routing.bar.then', { state: agent.next_state === 'BREAK' ? stateText('BREAK', null) : stateText(agent.next_state, null) })}</span>}
      <div className="state-acts">
        <Act type="primary" className="act-ready" byKey="ready" loading={acts.isBusy} whyNot={whyNot.ready} act={acts.ready}>
          {t('routing.bar.ready')}
        </Act>
        <BreakMenu acts={acts} />
        <Act byKey="offline" whyNot={whyNot.out} act={acts.signOut}>
          {t('routing.bar.offline')}
        </Act>
      </div>
      <div className="state-device">
        <Tooltip title={whyNot.device}>
          <Segmented<Device>
            aria-label={t('routing.bar.device')}
            {...(whyNot.device === null ? {} : { 'aria-description': whyNot.device })}
            disabled={whyNot.device !== null}
            value={deviceOf(agent, state)}
            onChange={choose}
            options={[
              { value: 'browser', label: t('routing.bar.browser') },
              { value: 'phone', label: t('routing.bar.phone') },
            ]}
          />
        </Tooltip>
        <SoundDevices />
      </div>
    </section>
  )
}

function BreakMenu({ acts: { reasons, whyNot, takeBreak } }: { acts: StateActs }) {
  const { t } = useTranslation()
  const text = useText()
  const [isOpen, setOpen] = useState(false)
  useKey('break', () => setOpen(true), whyNot.break === null)
  const key = useKeys().break
  return (
    <Dropdown
      trigger={['click']}
      open={isOpen}
      onOpenChange={setOpen}
      disabled={whyNot.break !== null}
      autoFocus
      menu={{
        items: reasons.map((reason) => ({ key: reason.code, label: text(reason.label) })),
        onClick: (choice) => {
          setOpen(false)
          takeBreak(choice.key)
        },
      }}
    >
      <Act whyNot={whyNot.break} aria-haspopup="menu" aria-expanded={isOpen} act={() => undefined}>
        {t('routing.bar.break')} ▾{key !== '' && <kbd aria-hidden="true">{key}</kbd>}
      </Act>
    </Dropdown>
  )
}
