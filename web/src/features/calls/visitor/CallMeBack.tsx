/** Who waits may leave his number instead: his place is kept. */
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { Refused } from '@/api/client'
import type { VisitorCalling } from './visitorCall'

export function CallMeBack({ calling }: { calling: VisitorCalling }) {
  const { t } = useTranslation()
  const [number, setNumber] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const ask = async (event: SubmitEvent) => {
    event.preventDefault()
    setAsking(true)
    setRefusal(null)
    try {
      await calling.callBack(number)
    } catch (cause) {
      setRefusal(cause instanceof Refused && cause.code !== 'network' ? `${cause.message} ${cause.whatToDo}` : t('visitor.network'))
    }
    setAsking(false)
  }
  return (
    <form className="visitor-callback" aria-label={t('visitor.callback')} onSubmit={(event) => void ask(event)}>
      <h2>{t('visitor.callback')}</h2>
      <p>{t('visitor.callbackLead')}</p>
      <label htmlFor="callback-number">{t('visitor.callbackNumber')}</label>
      <div className="visitor-callback-line">
        <input
          id="callback-number"
          type="tel"
          autoComplete="tel"
          required
          maxLength={32}
          value={number}
          aria-describedby={refusal === null ? undefined : 'callback-refusal'}
          aria-invalid={refusal !== null}
          onChange={({ target }) => setNumber(target.value)}
        />
        <button type="submit" disabled={isAsking}>
          {t('visitor.callbackAsk')}
        </button>
      </div>
      {refusal !== null && (
        <p id="callback-refusal" role="alert">
          {refusal}
        </p>
      )}
    </form>
  )
}
