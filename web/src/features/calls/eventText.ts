/** An event of a call in words. Kinds without words are named as they are. */
import { useTranslation } from 'react-i18next'

import type { Bilingual, CallEvent, WaitWords } from '@/api/types'
import { duration, percent, phone } from '@/ui/format'
import { useText } from '@/ui/useLanguage'
import { zh as supervision } from '@/features/supervision/texts'
import { zh } from './texts'
import { useDirectory } from './useDirectory'
import { useDispositionText } from './useDispositionText'
import { useToldText } from './useToldText'

export function useEventText(): (event: CallEvent) => string {
  const { t } = useTranslation()
  const text = useText()
  const { queueName, agentName } = useDirectory()
  const dispositionText = useDispositionText()
  const toldText = useToldText()
  return ({ kind, facts }) => {
    if (!(kind in zh.event)) return kind
    const word = (name: string) => {
      const value = facts[name]
      return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    }
    const reason = word('reason')
    const part = word('part')
    const trip = word('round_trip_ms')
    const loss = Math.max(Number(facts['loss_ratio'] ?? 0), Number(facts['sent_loss_ratio'] ?? 0))
    const why = word('why')
    const mode = word('mode')
    const purpose = word('purpose')
    const cause = word('cause')
    const to = word('to')
    return t(`calls.event.${wordsFor(kind, facts)}`, {
      dialled: phone(word('dialled')),
      script_id: word('script_id'),
      version: word('version'),
      digit: word('digit'),
      digits: word('digits'),
      name: word('name'),
      number: phone(word('number')),
      label: text(facts['label'] as Bilingual | undefined),
      queue: text(queueName(word('queue_id'))),
      agent: text(agentName(word('agent_id'))),
      guest: text(agentName(word('agent_id'))) || phone(word('number')),
      purpose: purpose in zh.purpose ? t(`calls.purpose.${purpose as keyof typeof zh.purpose}`) : purpose,
      supervisor: text(agentName(word('supervisor_id'))),
      mode: mode in supervision.mode ? t(`supervision.mode.${mode as keyof typeof supervision.mode}`) : mode,
      why: why in zh.why ? t(`calls.why.${why as keyof typeof zh.why}`) : why,
      part: (kind === 'SoundMeasured' && text(agentName(typeof facts['agent_id'] === 'string' ? facts['agent_id'] : null))) || (part in zh.part ? t(`calls.part.${part as keyof typeof zh.part}`) : part),
      loss: percent(loss),
      jitter: String(Math.max(Number(facts['jitter_ms'] ?? 0), Number(facts['sent_jitter_ms'] ?? 0))),
      trip: trip === '' ? t('calls.quality.unknown') : `${Math.round(Number(trip))} ms`,
      mos: word('mos'),
      duration: duration(Number(word('duration_s'))),
      reason: reason in zh.end ? t(`calls.end.${reason as keyof typeof zh.end}`) : reason,
      code: dispositionText(word('code')),
      told: kind === 'WaitTold' ? toldText(toldOf(facts)) : '',
      from: text(queueName(word('moved_from'))),
      cause: cause in zh.cause ? t(`calls.cause.${cause as keyof typeof zh.cause}`) : cause,
      to: to in zh.sentTo ? t(`calls.sentTo.${to as keyof typeof zh.sentTo}`) : to,
      box: text(queueName(word('box'))),
      priority: word('priority'),
      skills: Object.entries((facts['needs'] ?? {}) as Record<string, number>).map(([skill, level]) => `${skill} ≥ ${String(level)}`).join(', '),
      ring: Number(word('ring')) + 1,
      needs: Array.isArray(facts['needs']) ? facts['needs'].join(', ') : '',
    })
  }
}

/** Some kinds say different things, by what is in them. */
function wordsFor(kind: string, facts: CallEvent['facts']): keyof typeof zh.event {
  if (kind === 'CallDisposed' && facts['agent_id'] === null) return 'DisposedBySystem'
  if (kind === 'CallQueued' && facts['moved_from']) return 'CallMoved'
  if (kind === 'SearchWidened' && !(facts['needs'] as unknown[]).length) return 'SearchOpened'
  return kind as keyof typeof zh.event
}

function toldOf({ position, low_min, high_min }: CallEvent['facts']): WaitWords {
  const whole = (value: unknown) => (typeof value === 'number' ? value : null)
  const low = whole(low_min)
  return { position: whole(position), wait: low === null ? null : { low_min: low, high_min: whole(high_min) } }
}

/** How a call ended for the caller, in words; an outcome without words is shown as it is. */
export function useOutcomeText(): (outcome: string) => string {
  const { t } = useTranslation()
  return (outcome) => (outcome in zh.outcome ? t(`calls.outcome.${outcome as keyof typeof zh.outcome}`) : outcome)
}
