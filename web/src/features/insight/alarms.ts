/** Which figures of a queue are a warning now. Pure; the thresholds are the queue's own. */
import type { QueueView } from '@/api/types'
import { secondsSince } from '@/ui/format'

export type Alarm = 'amber' | 'red'

export interface Alarms {
  readonly waiting: Alarm | null
  readonly longest: Alarm | null
  readonly level: Alarm | null
}

export function alarmsOf(queue: QueueView, nowMs: number): Alarms {
  const limits = queue.thresholds
  const waitedS = queue.longest_since === null ? 0 : secondsSince(queue.longest_since, nowMs)
  return {
    waiting: rising(queue.waiting_count, limits.waiting_amber, limits.waiting_red),
    longest: rising(waitedS, limits.longest_amber_s, limits.longest_red_s),
    level: queue.service_level_ratio === null ? null : falling(queue.service_level_ratio, limits.level_amber_ratio, limits.level_red_ratio),
  }
}

function rising(value: number, amber: number, red: number): Alarm | null {
  if (value >= red) return 'red'
  return value >= amber ? 'amber' : null
}

/** At the threshold itself the promise is kept: only below it is a warning. */
function falling(value: number, amber: number, red: number): Alarm | null {
  if (value < red) return 'red'
  return value < amber ? 'amber' : null
}
