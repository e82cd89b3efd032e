/** The quality of this page's call, measured every two seconds over the last ten. */
import { useEffect, useState } from 'react'

import { onTick } from '@/live/ticker'
import { soundCounters } from './answeredCall'
import { mosOf, nextShown, sampleOf, type Counters, type Sample, type Shown } from './quality'

const EVERY_MS = 2000
const OVER_COUNT = 5

export interface Quality {
  readonly shown: Shown
  readonly sample: Sample
  readonly mos: number
}

export function useQuality(): Quality | null {
  const [quality, setQuality] = useState<Quality | null>(null)
  useEffect(() => {
    const counts: Counters[] = []
    let dueAt = 0
    let isGone = false
    const measure = async () => {
      const now = await soundCounters()
      if (isGone) return
      if (now === null || now.received < (counts.at(-1)?.received ?? 0)) counts.length = 0 // another connection counts anew
      if (now === null) return
      counts.push(now)
      if (counts.length > OVER_COUNT + 1) counts.shift()
      const sample = counts[0] === undefined ? null : sampleOf(counts[0], now)
      if (sample === null) return
      const mos = mosOf(sample)
      setQuality((before) => ({ shown: nextShown(before?.shown ?? null, mos), sample, mos }))
    }
    const stop = onTick(() => {
      if (performance.now() < dueAt) return
      dueAt = performance.now() + EVERY_MS
      void measure()
    })
    return () => {
      isGone = true
      stop()
    }
  }, [])
  return quality
}
