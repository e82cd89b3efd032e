/** The meter of the microphone, and what it says of the headset. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { chosenDevices } from '@/features/calls/devices'
import { SoundCheck, verdictOf } from '@/features/calls/soundCheck'

const EVERY_MS = 80

interface Reading {
  readonly level: number
  readonly peak: number
  readonly elapsedS: number
}

export function SelfTest({ onTrouble }: { onTrouble: (cause: unknown) => void }) {
  const { t } = useTranslation()
  const { level, peak, elapsedS } = useReading(onTrouble)
  const percent = Math.round(level * 100)
  return (
    <div className="self-test">
      <div role="meter" aria-label={t('routing.sound.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="level">
        <span style={{ width: `${percent}%` }} />
      </div>
      <p role="status">{t(`routing.sound.${verdictOf(peak, elapsedS)}`)}</p>
    </div>
  )
}

function useReading(onTrouble: (cause: unknown) => void): Reading {
  const [reading, setReading] = useState<Reading>({ level: 0, peak: 0, elapsedS: 0 })
  const [tell] = useState(() => onTrouble)
  useEffect(() => {
    let isGone = false
    let check: SoundCheck | null = null
    SoundCheck.begin(chosenDevices()).then((begun) => {
      if (isGone) begun.end()
      else check = begun
    }, tell)
    const timer = setInterval(() => {
      const level = check?.level() ?? 0
      setReading((before) => ({ level, peak: Math.max(before.peak, level), elapsedS: before.elapsedS + EVERY_MS / 1000 }))
    }, EVERY_MS)
    return () => {
      isGone = true
      clearInterval(timer)
      check?.end()
    }
  }, [tell])
  return reading
}
