/** What I am doing, since when, and what I may do next. */
import { Dropdown, Modal, Segmented, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView } from '@/api/types'
import { AudioTrouble } from '@/features/calls/audioCall'
import { Act } from '@/ui/Act'
import { useKey, useKeys } from '@/ui/keyboard'
import { useAttempt } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { goReady, keepDevice, keptDevice, setState, type Device } from './goReady'
import { useStateText } from './reasonText'
import { SoundDevices } from './SoundDevices'
import { useDeskOptions } from './useDeskOptions'
import { whyNoBreak, whyNoDeviceChange, whyNotOut, whyNotReady, type WhyNot } from './why'
import './stateBar.css'

interface StateBarProps {
  agent: AgentView | undefined
  isKnown: boolean // the server has told; no agent then means that nobody signed in to the queues yet
  isHeld: boolean
}

export function StateBar({ agent, isKnown, isHeld }: StateBarProps) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const stateText = useStateText()
  const [modal, modalHolder] = Modal.useModal()
  const [isBusy, setBusy] = useState(false)
  const [chosen, setChosen] = useState<Device>(keptDevice)
  const state = agent?.state ?? (isKnown ? 'OFFLINE' : undefined)
  const canChange = whyNoDeviceChange(state) === null
  const device: Device = canChange || agent === undefined ? chosen : agent.device === 'phone' ? 'phone' : 'browser'
  const why = (reason: WhyNot | null) => (reason === null ? null : t(`routing.bar.${reason}`))

  const ready = async () => {
    setBusy(true)
    await attempt(async () => {
      try {
        await goReady(device)
      } catch (cause) {
        if (!(cause instanceof AudioTrouble)) throw cause
        void modal.warning({ title: t('routing.mic.title'), content: t(`routing.mic.${cause.trouble}`) })
      }
    })
    setBusy(false)
  }
  const choose = (next: Device) => {
    keepDevice(next)
    setChosen(next)
  }
  const shown = state === 'TALKING' && isHeld ? 'HELD' : (state ?? 'OFFLINE')

  return (
    <section className="state-bar" aria-label={t('routing.bar.label')}>
      {modalHolder}
      <div className={`state-now of-${shown}`}>
        <span className="state-name" role="status">
          {state === undefined ? t('routing.bar.noView') : stateText(shown, agent?.reason ?? null)}
        </span>
        {agent !== undefined && <Since instant={agent.since} className="state-time" />}
      </div>
      {agent?.next_state != null && <span className="state-next">{t('routing.bar.then', { state: agent.next_state === 'BREAK' ? stateText('BREAK', null) : stateText(agent.next_state, null) })}</span>}
      <div className="state-acts">
        <Act type="primary" className="act-ready" byKey="ready" loading={isBusy} whyNot={why(whyNotReady(state))} act={() => void ready()}>
          {t('routing.bar.ready')}
        </Act>
        <BreakMenu state={state} take={(reason) => void attempt(() => setState('BREAK', reason, device))} />
        <Act whyNot={why(whyNotOut(state))} act={() => void attempt(() => setState('OFFLINE', null, device))}>
          {t('routing.bar.offline')}
        </Act>
      </div>
      <div className="state-device">
        <Tooltip title={why(whyNoDeviceChange(state))}>
          <Segmented<Device>
            aria-label={t('routing.bar.device')}
            disabled={!canChange}
            value={device}
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

function BreakMenu({ state, take }: { state: string | undefined; take: (reason: string) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const reasons = useDeskOptions().data?.break_reasons.filter((reason) => reason.is_active) ?? []
  const [isOpen, setOpen] = useState(false)
  const no = whyNoBreak(state, reasons.length)
  useKey('break', () => setOpen(true), no === null)
  const key = useKeys().break
  return (
    <Dropdown
      trigger={['click']}
      open={isOpen}
      onOpenChange={setOpen}
      disabled={no !== null}
      autoFocus
      menu={{
        items: reasons.map((reason) => ({ key: reason.code, label: text(reason.label) })),
        onClick: (choice) => {
          setOpen(false)
          take(choice.key)
        },
      }}
    >
      <Act whyNot={no === null ? null : t(`routing.bar.${no}`)} aria-haspopup="menu" aria-expanded={isOpen} act={() => undefined}>
        {t('routing.bar.break')} ▾<kbd aria-hidden="true">{key}</kbd>
      </Act>
    </Dropdown>
  )
}
