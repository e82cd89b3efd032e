/** Calls that were, by their customer or number: opened by who may read them, called back by the agent who had them. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Call } from '@/api/types'
import { useNumber } from '@/features/calls/useNumber'
import { usePlace } from '@/features/handover/usePlace'
import { useMay, useSession } from '@/features/people/session'
import type { Command } from '@/ui/commands'
import { dateAndTime, timeOfDay } from '@/ui/format'
import { useLanguage } from '@/ui/useLanguage'

const LOOKED_THROUGH = 200 // the newest
const FRESH_MS = 10_000
const NUMBER_DIGITS = 7 // fewer are not a whole number

export function useCallCommands(typed: string, open: (callId: string) => void): { commands: Command[]; isLooking: boolean } {
  const may = useMay()
  const reads = may('calls.read')
  const isAsked = typed.trim() !== '' && (reads || may('calls.read_own'))
  const digits = typed.replace(/\D/g, '')
  const caller = reads && may('customers.see_numbers') && digits.length >= NUMBER_DIGITS ? digits : undefined
  const query = useQuery({
    queryKey: ['callsByName', reads, caller],
    queryFn: () => (reads ? ok(http.GET('/api/calls', { params: { query: { limit: LOOKED_THROUGH, ...(caller === undefined ? {} : { caller }) } } })) : ok(http.GET('/api/desk/calls', { params: { query: { limit: LOOKED_THROUGH } } }))),
    staleTime: FRESH_MS,
    enabled: isAsked,
  })
  const toOpen = useOpening(open)
  const toCallBack = useCallingBack()
  if (!isAsked || query.data === undefined) return { commands: [], isLooking: isAsked && query.isPending }
  return { commands: reads ? query.data.items.map(toOpen) : newestOfEach(query.data.items).map(toCallBack), isLooking: false }
}

function useOpening(open: (callId: string) => void) {
  const { t } = useTranslation()
  const { tenant } = useSession()
  const language = useLanguage()
  const name = useName()
  return (call: Call): Command => ({
    id: `open.${call.call_id}`,
    title: t('app.commands.openCall', { who: name(call) }),
    also: [theirs(call), call.call_id],
    detail: dateAndTime(call.arrived_at, language, tenant.timezone),
    whyNot: null,
    run: () => open(call.call_id),
  })
}

function useCallingBack() {
  const { t } = useTranslation()
  const { tenant } = useSession()
  const language = useLanguage()
  const name = useName()
  const { place, whyNot } = usePlace()
  return (call: Call): Command => ({
    id: `back.${call.call_id}`,
    title: t('app.commands.callBack', { who: name(call) }),
    also: [theirs(call)],
    detail: timeOfDay(call.arrived_at, language, tenant.timezone).slice(0, 5),
    whyNot,
    run: () => void place({ back_to: call.call_id }),
  })
}

function useName(): (call: Call) => string {
  const number = useNumber()
  return (call) => call.customer_name ?? number(theirs(call))
}

const theirs = (call: Call) => (call.direction === 'in' ? call.caller : call.dialled)

/** One row a customer: to call him back twice is once too often. */
function newestOfEach(calls: readonly Call[]): Call[] {
  const seen = new Set<string>()
  return calls.filter((call) => {
    const who = call.customer_id ?? theirs(call)
    if (call.direction === 'internal' || call.outcome === 'LIVE' || seen.has(who)) return false
    seen.add(who)
    return true
  })
}
