/** The call while it lasts: where it stands, what is said, the choices, and the keys. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Bilingual, VisitorCallView } from '@/api/types'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { useWaitText } from '@/ui/waits/waits'
import { CallMeBack } from './CallMeBack'
import type { VisitorCalling, VisitorState } from './visitorCall'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

export function OpenCall({ calling, state }: { calling: VisitorCalling; state: VisitorState }) {
  const { t } = useTranslation()
  const [isKeypadOpen, setKeypadOpen] = useState(false)
  const [sent, setSent] = useState('')
  const press = (digit: string) => {
    setSent((before) => (before + digit).slice(-16))
    calling.press(digit)
  }
  useTypedDigits(press)
  const view = state.view
  const hasChoices = view !== null && Object.keys(view.choices).length > 0
  return (
    <section className="visitor-open">
      <Where state={state} />
      {state.status === 'lost' && <p role="alert">{t('visitor.lost')}</p>}
      {state.isSoundLost && <p role="alert">{t('visitor.soundLost')}</p>}
      {view?.prompt != null && <Said view={view} />}
      {hasChoices && <Choices view={view} press={press} />}
      {view?.may_be_called_back === true && <CallMeBack calling={calling} />}
      <output className="visitor-sent digits">{sent === '' ? ' ' : t('visitor.sent', { digits: sent })}</output>
      {isKeypadOpen && <Keys press={press} />}
      <div className="visitor-acts">
        <button type="button" aria-pressed={state.isMuted} onClick={() => calling.mute()}>
          {t(state.isMuted ? 'visitor.unmute' : 'visitor.mute')}
        </button>
        <button type="button" aria-expanded={isKeypadOpen} onClick={() => setKeypadOpen(!isKeypadOpen)}>
          {t('visitor.keypad')}
        </button>
        <button type="button" className="visitor-end" onClick={() => calling.hangUp()}>
          {t('visitor.hangUp')}
        </button>
      </div>
    </section>
  )
}

const WORDS = { CONNECTING: 'connecting', IN_SCRIPT: 'inScript', WAITING: 'waiting', RINGING: 'ringing', TALKING: 'talking', HELD: 'held', ENDED: 'ended' } as const

function Where({ state }: { state: VisitorState }) {
  const { t } = useTranslation()
  const waitText = useWaitText()
  const where = state.view?.state ?? 'CONNECTING'
  const position = where === 'WAITING' ? (state.view?.position ?? null) : null
  const expected = where === 'WAITING' ? (state.view?.expected ?? null) : null
  const answeredAt = where === 'TALKING' || where === 'HELD' ? (state.view?.answered_at ?? null) : null
  return (
    <div className="visitor-where" role="status">
      <h1>{state.view?.is_callback_kept === true ? t('visitor.callbackKept') : t(`visitor.${where in WORDS ? WORDS[where as keyof typeof WORDS] : 'inScript'}`)}</h1>
      {position !== null && <p>{position <= 1 ? t('visitor.next') : t('visitor.position', { count: position - 1 })}</p>}
      {expected !== null && <p>{t('visitor.expected', { wait: waitText(expected) })}</p>}
      {answeredAt !== null && <Since instant={answeredAt} className="visitor-time" />}
    </div>
  )
}

function Said({ view }: { view: VisitorCallView }) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <p className="visitor-said" aria-live="polite">
      <span className="sr-only">{t('visitor.said')}</span>
      {text(view.prompt)}
    </p>
  )
}

function Choices({ view, press }: { view: VisitorCallView; press: (digit: string) => void }) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <div className="visitor-choices" role="group" aria-label={t('visitor.choices')}>
      {inSpokenOrder(view.choices).map(([digit, label]) => (
        <button key={digit} type="button" onClick={() => press(digit)}>
          <b className="digits">{digit}</b> {text(label)}
        </button>
      ))}
    </div>
  )
}

function Keys({ press }: { press: (digit: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className="visitor-keys" role="group" aria-label={t('visitor.keypad')}>
      {DIGITS.map((digit) => (
        <button key={digit} type="button" onClick={() => press(digit)}>
          {digit}
        </button>
      ))}
    </div>
  )
}

/** As menus are spoken: 0 comes after 9. An object would put it first. */
function inSpokenOrder(choices: Readonly<Record<string, Bilingual>>): [string, Bilingual][] {
  const place = (digit: string) => '1234567890*#'.indexOf(digit)
  return Object.entries(choices).sort(([a], [b]) => place(a) - place(b))
}

/** Digits typed on a keyboard are pressed, wherever the focus is, but where a number is written. */
function useTypedDigits(press: (digit: string) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return // a number is being written
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return
      if ((DIGITS as readonly string[]).includes(event.key)) press(event.key)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}
