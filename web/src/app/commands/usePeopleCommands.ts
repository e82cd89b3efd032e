/** Whom a call may go to, by name, extension or number: transferred, asked or called. Looked up once something is typed. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { CallView, Targets } from '@/api/types'
import { useMe } from '@/features/calls/useMe'
import { choicesOf, type Choice } from '@/features/handover/choices'
import { hand } from '@/features/handover/hand'
import { usePlace } from '@/features/handover/usePlace'
import { useReach } from '@/features/handover/useReach'
import { useMay } from '@/features/people/session'
import type { Command } from '@/ui/commands'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'

const FRESH_MS = 2000

export function usePeopleCommands(typed: string): { commands: Command[]; isLooking: boolean } {
  const may = useMay()
  const isAsked = typed.trim() !== '' && may('calls.take')
  const query = useQuery({ queryKey: ['targets'], queryFn: () => ok(http.GET('/api/desk/targets')), refetchInterval: FRESH_MS, enabled: isAsked, gcTime: 0 })
  const call = useMe()?.call
  const toHand = useHandOverCommands()
  const toCall = useCallingCommands()
  if (!isAsked || query.data === undefined) return { commands: [], isLooking: isAsked && query.isPending }
  const targets = query.data
  const outside = choicesOf(targets, typed).filter((choice) => choice.kind === 'outside')
  const choices = [...choicesOf(targets, ''), ...outside]
  const isMine = call !== undefined && !call.is_guest && !call.is_inside && call.state !== 'PLACING'
  return { commands: choices.flatMap((choice) => (isMine ? toHand(choice, targets, call) : toCall(choice, targets))), isLooking: false }
}

function useHandOverCommands() {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { whyNotReach, whyNotAsk } = useReach()
  return (choice: Choice, targets: Targets, call: CallView): Command[] => {
    const who = text(choice.name) || choice.detail
    const facts = { also: [choice.detail, ...Object.values(choice.name)], detail: choice.detail === who ? '' : choice.detail }
    const transfer: Command = {
      id: `transfer.${choice.key}`,
      title: t('app.commands.transferTo', { who }),
      ...facts,
      whyNot: whyNotReach(choice, targets.can_dial_out),
      run: () => void attempt(() => hand.transfer(call.call_id, choice.target)),
    }
    const consult: Command = {
      id: `consult.${choice.key}`,
      title: t('app.commands.consult', { who }),
      ...facts,
      whyNot: whyNotAsk(choice, targets.can_dial_out, call),
      run: () => void attempt(() => hand.consult(call.call_id, choice.target)),
    }
    return choice.canConsult ? [transfer, consult] : [transfer]
  }
}

function useCallingCommands() {
  const { t } = useTranslation()
  const text = useText()
  const { place, whyNot } = usePlace()
  const { whyNotReach } = useReach()
  return (choice: Choice, targets: Targets): Command[] => {
    const who = text(choice.name) || choice.detail
    const facts = { also: [choice.detail, ...Object.values(choice.name)], detail: choice.detail === who ? '' : choice.detail }
    if (!choice.canConsult) {
      return [{ id: `transfer.${choice.key}`, title: t('app.commands.transferTo', { who }), ...facts, whyNot: t('app.commands.inCallOnly'), run: () => undefined }]
    }
    const callee = choice.kind === 'outside' ? { number: choice.detail } : { agent_id: choice.target.agent_id ?? null }
    const why = whyNot ?? whyNotReach(choice, targets.can_dial_out)
    return [{ id: `call.${choice.key}`, title: t('app.commands.call', { who }), ...facts, whyNot: why, run: () => void place(callee) }]
  }
}
