/** Call a number or a colleague, while no call is in hand. */
import { useQuery } from '@tanstack/react-query'
import { Input, type InputRef } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Callee, Targets } from '@/api/types'
import { useStateText } from '@/features/routing/reasonText'
import { Act } from '@/ui/Act'
import { useOffered } from '@/ui/commands'
import { useKey } from '@/ui/keyboard'
import { useText } from '@/ui/useLanguage'
import { choicesOf, type Choice } from './choices'
import './handover.css'
import { usePlace } from './usePlace'
import { useReach } from './useReach'

const FRESH_MS = 5000

export function DialPanel() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const input = useRef<InputRef>(null)
  const dial = () => input.current?.focus()
  useKey('dial', dial)
  useOffered([{ id: 'dial', title: t('app.keyHelp.actions.dial'), also: ['dial', 'call', t('handover.dialWhom')], whyNot: null, key: 'dial', run: dial }])
  const isAsked = typed.trim() !== ''
  const targets = useQuery({ queryKey: ['targets'], queryFn: () => ok(http.GET('/api/desk/targets')), refetchInterval: FRESH_MS, enabled: isAsked, gcTime: 0 }).data
  const found = isAsked && targets !== undefined ? choicesOf(targets, typed).filter((choice) => choice.canConsult) : []
  return (
    <section className="dial" aria-label={t('handover.dial')}>
      <Input ref={input} allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t('handover.dialWhom')} aria-label={t('handover.dialWhom')} />
      <ul>
        {found.map((choice) => (
          <Callable key={choice.key} choice={choice} targets={targets} done={() => setTyped('')} />
        ))}
      </ul>
    </section>
  )
}

function Callable({ choice, targets, done }: { choice: Choice; targets: Targets | undefined; done: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const stateText = useStateText()
  const { place, whyNot } = usePlace()
  const { whyNotReach } = useReach()
  const name = text(choice.name) || choice.detail
  const why = whyNot ?? whyNotReach(choice, targets?.can_dial_out === true)
  const callee: Callee = choice.kind === 'outside' ? { number: choice.detail } : { agent_id: choice.target.agent_id ?? null }
  return (
    <li>
      <span>
        <b>{name}</b> {choice.state !== undefined && <small>{stateText(choice.state, null)}</small>}
      </span>
      <Act
        size="small"
        aria-label={`${t('handover.call')} ${name}`}
        whyNot={why}
        act={() =>
          void place(callee).then((isDone) => {
            if (isDone) done()
          })
        }
      >
        {t('handover.call')}
      </Act>
    </li>
  )
}
