/** Commands that belong to no button on the page: states with their reasons, dispositions, digits, pages. */
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import type { Bilingual } from '@/api/types'
import { groupDispositions } from '@/features/calls/dispositions'
import { changeDraft, draftOf } from '@/features/calls/dispositionDraft'
import { useCallActs } from '@/features/calls/useCallActs'
import { useMe, type Me } from '@/features/calls/useMe'
import { useMay } from '@/features/people/session'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useStateActs } from '@/features/routing/useStateActs'
import type { Command } from '@/ui/commands'
import type { Action } from '@/ui/keys'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { PAGES, type Page } from '../pages'

const NO_CALL = { call_id: '', state: 'TALKING', muted: false, help_since: null } as const
const PAGE_KEYS: Partial<Record<Page['name'], Action>> = { desk: 'goDesk', wallboard: 'goWallboard', calls: 'goCalls' }

export function useOwnCommands(typed: string): Command[] {
  const may = useMay()
  const me = useMe()
  const states = useStateCommands(me)
  const codes = useCodeCommands(me)
  const digits = useDigitCommands(me, typed)
  const pages = usePageCommands()
  return may('calls.take') ? [...digits, ...states, ...codes, ...pages] : pages
}

function useStateCommands(me: Me | undefined): Command[] {
  const { t, i18n } = useTranslation()
  const text = useText()
  const acts = useStateActs(me?.agent, me !== undefined)
  const both = (key: 'ready' | 'break' | 'offline') => (['zh', 'en'] as const).map((lng) => i18n.t(`routing.bar.${key}`, { lng }))
  return [
    { id: 'ready', title: t('routing.bar.ready'), also: both('ready'), whyNot: acts.whyNot.ready, key: 'ready', run: acts.ready },
    ...acts.reasons.map(
      (reason): Command => ({
        id: `break.${reason.code}`,
        title: `${t('routing.bar.break')} · ${text(reason.label)}`,
        also: [...both('break'), ...Object.values(reason.label)],
        whyNot: acts.whyNot.break,
        run: () => acts.takeBreak(reason.code),
      }),
    ),
    { id: 'offline', title: t('routing.bar.offline'), also: both('offline'), whyNot: acts.whyNot.out, key: 'offline', run: acts.signOut },
  ]
}

/** Choosing is not saving: that is done when the call is over, by its own key. */
function useCodeCommands(me: Me | undefined): Command[] {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const choices = useDeskOptions().data?.dispositions ?? []
  const callId = me?.acw?.call_id ?? (me?.call?.is_guest === true || me?.call?.is_inside === true || me?.call?.state === 'PLACING' ? undefined : me?.call?.call_id)
  if (callId === undefined) return []
  return groupDispositions(choices).flatMap(({ path, leaves }) =>
    leaves.map((leaf): Command => {
      const labels: Bilingual[] = [...path, leaf.label]
      return {
        id: `code.${leaf.code}`,
        title: t('app.commands.code', { label: labels.map((label) => text(label)).join(' / ') }),
        also: [leaf.code, ...labels.flatMap((label) => Object.values(label))],
        whyNot: null,
        run: () => {
          changeDraft(callId, { ...draftOf(callId), code: leaf.code })
          void navigate('/desk')
        },
      }
    }),
  )
}

function useDigitCommands(me: Me | undefined, typed: string): Command[] {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const call = me?.call
  const { send } = useCallActs(call ?? NO_CALL)
  const digits = typed.trim()
  if (call === undefined || call.is_guest || call.is_inside || call.state === 'PLACING' || !/^[0-9*#]{1,32}$/.test(digits)) return []
  const whyNot = call.state === 'HELD' ? t('calls.talk.notHeld') : null
  return [{ id: 'digits', title: t('app.commands.digits', { digits }), also: [digits], whyNot, run: () => void attempt(() => send(digits)) }]
}

function usePageCommands(): Command[] {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const navigate = useNavigate()
  return PAGES.filter((page) => may(page.needs)).map(({ name }): Command => {
    const key = PAGE_KEYS[name]
    return {
      id: `go.${name}`,
      title: t('app.commands.go', { page: t(`app.nav.${name}`) }),
      also: (['zh', 'en'] as const).map((lng) => i18n.t('app.commands.go', { lng, page: i18n.t(`app.nav.${name}`, { lng }) })),
      whyNot: null,
      ...(key === undefined ? {} : { key }),
      run: () => void navigate(`/${name}`),
    }
  })
}
