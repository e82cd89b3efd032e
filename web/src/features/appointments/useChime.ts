/** A sound when an appointment comes due, for who wants it. */
import { useEffect, useRef, useState } from 'react'

import { ringer } from '@/features/calls/ringer'

const KEPT = 'banjie.appointmentSound'

export function useChime(due: readonly string[] | undefined): [boolean, (has: boolean) => void] {
  const [hasSound, setSound] = useState(() => localStorage.getItem(KEPT) !== 'off')
  const known = useRef<ReadonlySet<string> | null>(null) // null: what was due before this page opened makes no sound
  useEffect(() => {
    if (due === undefined) return
    const isNew = known.current !== null && due.some((one) => known.current?.has(one) === false)
    known.current = new Set(due)
    if (isNew && hasSound && !ringer.isRinging) ringer.test()
  }, [due, hasSound])
  const choose = (has: boolean) => {
    localStorage.setItem(KEPT, has ? 'on' : 'off')
    setSound(has)
  }
  return [hasSound, choose]
}
