/** Digits into the call: by click, or typed while the keypad has the focus. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { useAttempt } from '@/ui/refusal'
import { DigitLine } from './digitLine'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

export function Keypad({ send, onClose }: { send: (digits: string) => Promise<unknown>; onClose: () => void }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [sent, setSent] = useState('')
  const first = useRef<HTMLButtonElement>(null)
  const [line] = useState(() => new DigitLine((digits) => attempt(() => send(digits))))
  useEffect(() => {
    const before = document.activeElement
    first.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  const press = (digit: string) => {
    setSent((before) => before + digit)
    void line.press(digit)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') { onClose(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || !(DIGITS as readonly string[]).includes(event.key)) return
    event.preventDefault()
    press(event.key)
  }
  return (
    <div className="keypad panel" role="group" aria-label={t('calls.talk.keypad')} onKeyDown={onKey}>
      {DIGITS.map((digit, index) => (
        <button key={digit} type="button" ref={index === 0 ? first : undefined} onClick={() => press(digit)}>
          {digit}
        </button>
      ))}
      <output className="keypad-sent digits">{sent === '' ? ' ' : t('calls.talk.sent', { digits: sent })}</output>
    </div>
  )
}
