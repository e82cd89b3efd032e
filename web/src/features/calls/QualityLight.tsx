/** A light for the network of the call in this page; its figures on hover or focus. */
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'

import { percent } from '@/ui/format'
import { inMain } from '@/ui/inMain'
import { useAnswered } from './answeredCall'
import { useQuality, type Quality } from './useQuality'
import './quality.css'

export function QualityLight() {
  return useAnswered() === null ? null : <Light />
}

function Light() {
  const { t } = useTranslation()
  const quality = useQuality()
  const light = t(`calls.quality.${quality?.shown.light ?? 'measuring'}`)
  return (
    <Tooltip title={quality === null ? light : <Figures quality={quality} />} trigger={['hover', 'focus']} getPopupContainer={inMain}>
      <span className={`quality is-${quality?.shown.light ?? 'measuring'}`} tabIndex={0} role="status" aria-label={t('calls.quality.label', { light })}>
        {light}
      </span>
    </Tooltip>
  )
}

function Figures({ quality: { sample, mos } }: { quality: Quality }) {
  const { t } = useTranslation()
  const trip = sample.roundTripMs === null ? t('calls.quality.unknown') : `${Math.round(sample.roundTripMs)} ms`
  return (
    <div className="figures">
      <p>{t('calls.quality.figures', { loss: percent(sample.lossRatio), jitter: Math.round(sample.jitterMs), trip, mos: mos.toFixed(1) })}</p>
      <small>{t('calls.quality.formula')}</small>
    </div>
  )
}
