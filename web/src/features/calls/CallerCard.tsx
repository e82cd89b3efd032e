/** Who calls, and what is known of him before a word is said. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Bilingual, CallerView, Press, WaitWords } from '@/api/types'
import { phone } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { useText } from '@/ui/useLanguage'
import { useNumber } from './useNumber'
import { useToldText } from './useToldText'

interface CallerCardProps {
  caller: CallerView
  queueName: Bilingual
  dialled?: string
  language?: string
  pressed?: readonly Press[]
  waited: ReactNode
  told?: WaitWords | null
}

export function CallerCard({ caller, queueName, dialled, language, pressed, waited, told }: CallerCardProps) {
  const { t } = useTranslation()
  const text = useText()
  const number = useNumber()
  const toldText = useToldText()
  return (
    <div className="caller" role="group" aria-label={t('calls.card.label')}>
      <div className="caller-who">
        <div className="caller-number digits">{number(caller.number)}</div>
        <div className="caller-name">
          {caller.customer_name ?? <span className="faint">{t('calls.card.unknown')}</span>}
          {caller.level === 'vip' && <Mark kind="vip">{t('calls.card.vip')}</Mark>}
        </div>
      </div>
      <dl className="caller-facts">
        <Fact name={t('calls.card.queue')} isStrong>
          {text(queueName)}
        </Fact>
        {waited !== undefined && (
          <Fact name={t('calls.card.waited')} isStrong>
            {waited}
          </Fact>
        )}
        {told != null && (
          <Fact name={t('calls.card.told')} isStrong isWide>
            {toldText(told)}
          </Fact>
        )}
        {pressed !== undefined && (
          <Fact name={t('calls.card.pressed')} isWide>
            <Pressed presses={pressed} />
          </Fact>
        )}
        {dialled !== undefined && <Fact name={t('calls.card.dialled')}>{phone(dialled)}</Fact>}
        {language !== undefined && <Fact name={t('calls.card.language')}>{t(language === 'en' ? 'calls.card.en' : 'calls.card.zh')}</Fact>}
        {caller.region !== null && <Fact name={t('calls.card.region')}>{caller.region}</Fact>}
        <Fact name={t('calls.card.before')}>{t('calls.card.times', { count: caller.calls_before_count })}</Fact>
      </dl>
    </div>
  )
}

function Fact({ name, children, isStrong = false, isWide = false }: { name: string; children: ReactNode; isStrong?: boolean; isWide?: boolean }) {
  return (
    <div className={`fact ${isStrong ? 'is-strong' : ''} ${isWide ? 'is-wide' : ''}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Pressed({ presses }: { presses: readonly Press[] }) {
  const { t } = useTranslation()
  const text = useText()
  if (presses.length === 0) return <span className="faint">{t('calls.card.nothingPressed')}</span>
  return (
    <ol className="pressed">
      {presses.map((press, index) => (
        <li key={index}>
          <span className="pressed-digit digits">{press.digit}</span> {text(press.label)}
        </li>
      ))}
    </ol>
  )
}
