/** A visitor calls the service number from his browser, hears and reads what is said, and chooses by key. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Bilingual } from '@/api/types'
import { Seal } from '@/ui/Brand'
import { duration } from '@/ui/format'
import { chooseLanguage } from '@/ui/language'
import { useLanguage, useText } from '@/ui/useLanguage'
import { OpenCall } from './OpenCall'
import { VisitorCalling, type VisitorState } from './visitorCall'

interface Service {
  readonly number: string
  readonly display: string
  readonly name: Bilingual
}

const calling = new VisitorCalling()

export function VisitorPage() {
  const { t } = useTranslation()
  const language = useLanguage()
  const text = useText()
  const service = useService()
  const state = useSyncExternalStore(
    (listener) => calling.onChange(listener),
    () => calling.state,
  )
  const isOpen = state.phase === 'opening' || state.phase === 'open'
  useEffect(() => {
    document.title = `${t('visitor.title')} · ${text(service === 'failed' ? null : service?.name)}`
  })
  return (
    <div className="visitor">
      <header>
        <Seal size={24} />
        <span className="visitor-name">{service === null || service === 'failed' ? t('visitor.title') : text(service.name)}</span>
        <button
          type="button"
          className="visitor-language"
          aria-label={t('visitor.languageLabel')}
          onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t('visitor.language')}
        </button>
      </header>
      <main>
        {isOpen ? (
          <OpenCall calling={calling} state={state} />
        ) : (
          <Before service={service} state={state} call={(number) => void calling.call(number, language)} />
        )}
      </main>
      <footer>{t('visitor.privacy')}</footer>
    </div>
  )
}

function Before({ service, state, call }: { service: Service | 'failed' | null; state: VisitorState; call: (number: string) => void }) {
  const { t } = useTranslation()
  const isAfter = state.phase === 'ended'
  return (
    <section className="visitor-before">
      {isAfter && state.failure === null && (
        <div role="status">
          <h1>{t(state.view?.is_callback_kept === true ? 'visitor.callbackKept' : 'visitor.ended')}</h1>
          {state.talkedS !== null && <p className="digits">{t('visitor.endedAfter', { duration: duration(state.talkedS) })}</p>}
        </div>
      )}
      {isAfter && state.failure !== null && <Failed failure={state.failure} />}
      {!isAfter && <h1>{t('visitor.title')}</h1>}
      {service === 'failed' && <p role="alert">{t('visitor.noNumber')}</p>}
      {service !== null && service !== 'failed' && (
        <>
          <p className="visitor-number digits">{service.display}</p>
          {!isAfter && <p>{t('visitor.lead')}</p>}
          <button type="button" className="visitor-call" autoFocus onClick={() => call(service.number)}>
            {isAfter ? t('visitor.again') : t('visitor.call')}
          </button>
        </>
      )}
    </section>
  )
}

function Failed({ failure }: { failure: NonNullable<VisitorState['failure']> }) {
  const { t } = useTranslation()
  return (
    <div role="alert" className="visitor-failed">
      <h1>{t(failure === 'interrupted' ? 'visitor.cutOff' : 'visitor.failed')}</h1>
      <p>{typeof failure === 'string' ? t(`visitor.${failure}`) : failure.words}</p>
    </div>
  )
}

/** The number this page calls; `?number=` of the address does not choose it. */
function useService(): Service | 'failed' | null {
  const [service, setService] = useState<Service | 'failed' | null>(null)
  useEffect(() => {
    ok(http.GET('/api/visitor/options')).then(setService, () => setService('failed'))
  }, [])
  return service
}
