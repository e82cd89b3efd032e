/** Find somebody and hand him the caller, or ask him first. Every row says what can be done, and why not. */
import { useQuery } from '@tanstack/react-query'
import { Input, Spin, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { CallView, Targets } from '@/api/types'
import { useStateText } from '@/features/routing/reasonText'
import { Act } from '@/ui/Act'
import { useAttempt } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { useWaitText } from '@/ui/waits/waits'
import { choicesOf, type Choice, type Kind } from './choices'
import { hand } from './hand'
import { useReach } from './useReach'

const KINDS: readonly Kind[] = ['colleagues', 'queues', 'numbers', 'outside']
const FRESH_MS = 2000

export function HandOverPanel({ call, close }: { call: CallView; close: () => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const input = useRef<InputRef>(null)
  const targets = useQuery({ queryKey: ['targets'], queryFn: () => ok(http.GET('/api/desk/targets')), refetchInterval: FRESH_MS, gcTime: 0 }).data
  useEffect(() => {
    const before = document.activeElement
    input.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <section
      className="hand-over panel"
      aria-label={t('handover.title')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <div className="hand-over-head">
        <Input ref={input} allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t('handover.find')} aria-label={t('handover.find')} />
        <Act act={close}>{t('handover.close')}</Act>
      </div>
      {targets === undefined ? <Spin /> : <Choices call={call} targets={targets} typed={typed} close={close} />}
    </section>
  )
}

function Choices({ call, targets, typed, close }: { call: CallView; targets: Targets; typed: string; close: () => void }) {
  const { t } = useTranslation()
  const found = choicesOf(targets, typed)
  if (found.length === 0) return <p className="faint">{t('handover.none')}</p>
  return KINDS.map((kind) => {
    const ofKind = found.filter((choice) => choice.kind === kind)
    if (ofKind.length === 0) return null
    return (
      <div key={kind}>
        <h3>{t(`handover.${kind}`)}</h3>
        <ul>
          {ofKind.map((choice) => (
            <Row key={choice.key} choice={choice} call={call} canDialOut={targets.can_dial_out} close={close} />
          ))}
        </ul>
      </div>
    )
  })
}

function Row({ choice, call, canDialOut, close }: { choice: Choice; call: CallView; canDialOut: boolean; close: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { whyNotReach, whyNotAsk } = useReach()
  const name = text(choice.name) || choice.detail
  const done = (act: () => Promise<unknown>) =>
    void attempt(act).then((isDone) => {
      if (isDone) close()
    })
  return (
    <li>
      <span className="hand-over-who">
        <b>{name}</b> {name !== choice.detail && <span className="digits faint">{choice.detail}</span>}
        <About choice={choice} />
      </span>
      {choice.canConsult && (
        <Act size="small" aria-label={`${t('handover.consult')} ${name}`} whyNot={whyNotAsk(choice, canDialOut, call)} act={() => done(() => hand.consult(call.call_id, choice.target))}>
          {t('handover.consult')}
        </Act>
      )}
      <Act size="small" aria-label={`${t('handover.transfer')} ${name}`} whyNot={whyNotReach(choice, canDialOut)} act={() => done(() => hand.transfer(call.call_id, choice.target))}>
        {t('handover.transfer')}
      </Act>
    </li>
  )
}

/** What there is to know before choosing: a colleague's state, how long a queue waits. */
function About({ choice }: { choice: Choice }) {
  const { t } = useTranslation()
  const stateText = useStateText()
  const waitText = useWaitText()
  if (choice.state !== undefined) return <small className={`of-${choice.state}`}>{stateText(choice.state, null)}</small>
  if (choice.kind === 'numbers') return <small>{t('handover.toScript')}</small>
  const queue = choice.queue
  if (queue === undefined) return null
  const expected = queue.expected === null ? '' : ` · ${t('handover.expected', { wait: waitText(queue.expected) })}`
  if (queue.longest_since === null) {
    return (
      <small>
        {t('handover.queueEmpty', { ready: queue.ready_count })}
        {expected}
      </small>
    )
  }
  const [before, after] = t('handover.queueWait', { waiting: queue.waiting_count, ready: queue.ready_count, longest: '|' }).split('|')
  return (
    <small>
      {before}
      <Since instant={queue.longest_since} />
      {after}
      {expected}
    </small>
  )
}
