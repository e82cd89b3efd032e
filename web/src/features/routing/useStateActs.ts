/** What I may do about my own state, and why not: for the state bar and for the command bar. */
import { App } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { AgentView, Choice } from '@/api/types'
import { AudioTrouble } from '@/features/calls/audioCall'
import { useAttempt } from '@/ui/refusal'
import { goReady, keptDevice, setState, type Device } from './goReady'
import { useDeskOptions } from './useDeskOptions'
import { whyNoBreak, whyNoDeviceChange, whyNotOut, whyNotReady, type WhyNot } from './why'

export interface StateActs {
  readonly state: string | undefined
  readonly isBusy: boolean
  readonly reasons: readonly Choice[]
  readonly ready: () => void
  readonly takeBreak: (reason: string) => void
  readonly signOut: () => void
  readonly whyNot: { readonly ready: string | null; readonly break: string | null; readonly out: string | null; readonly device: string | null }
}

/** `isKnown`: the server has told; no agent then means that nobody signed in to the queues yet. */
export function useStateActs(agent: AgentView | undefined, isKnown: boolean): StateActs {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const { modal } = App.useApp()
  const [isBusy, setBusy] = useState(false)
  const reasons = useDeskOptions().data?.break_reasons.filter((reason) => reason.is_active) ?? []
  const state = agent?.state ?? (isKnown ? 'OFFLINE' : undefined)
  const why = (reason: WhyNot | null) => (reason === null ? null : t(`routing.bar.${reason}`))
  const device = () => deviceOf(agent, state)

  const ready = async () => {
    setBusy(true)
    await attempt(async () => {
      try {
        await goReady(device())
      } catch (cause) {
        if (!(cause instanceof AudioTrouble)) throw cause
        void modal.warning({ title: t('routing.mic.title'), content: t(`routing.mic.${cause.trouble}`) })
      }
    })
    setBusy(false)
  }
  return {
    state,
    isBusy,
    reasons,
    ready: () => void ready(),
    takeBreak: (reason) => void attempt(() => setState('BREAK', reason, device())),
    signOut: () => void attempt(() => setState('OFFLINE', null, device())),
    whyNot: {
      ready: why(whyNotReady(state)),
      break: why(whyNoBreak(state, reasons.length)),
      out: why(whyNotOut(state)),
      device: why(whyNoDeviceChange(state)),
    },
  }
}

/** Where calls ring: what was chosen here, unless it cannot be changed now. */
export function deviceOf(agent: AgentView | undefined, state: string | undefined): Device {
  if (agent === undefined || whyNoDeviceChange(state) === null) return keptDevice()
  return agent.device === 'phone' ? 'phone' : 'browser'
}
