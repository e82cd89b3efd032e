/** What is asked of a queue. A new rule of queues is one more field here. */
import type { TFunction } from 'i18next'

import type { Bilingual, Hours, Queue, QueueIn } from '@/api/types'
import type { Field } from '@/ui/record/fields'

export const newQueue: QueueIn = {
  name: {},
  ring_timeout_s: 15,
  acw_s: 120,
  service_level_s: 20,
  misses_before_break: 1,
  rejections_before_break: 1,
  hours_id: null,
  is_active: true,
}

export function queueValues(queue: Queue): QueueIn {
  const { name, ring_timeout_s, acw_s, service_level_s, misses_before_break, rejections_before_break, hours_id, is_active } = queue
  return { name, ring_timeout_s, acw_s, service_level_s, misses_before_break, rejections_before_break, hours_id, is_active }
}

/** The limits are the server's (routing/catalogue.py); it has the last word. */
export function queueFields(t: TFunction, text: (name: Bilingual) => string, hours: readonly Hours[]): Field[] {
  const s = t('routing.queues.unitSeconds')
  const times = t('routing.queues.unitTimes')
  return [
    { kind: 'names', name: 'name', label: t('routing.queues.name') },
    { kind: 'number', name: 'ring_timeout_s', label: t('routing.queues.ringTimeout'), hint: t('routing.queues.ringTimeoutHint'), unit: s, least: 5, most: 120 },
    { kind: 'number', name: 'acw_s', label: t('routing.queues.acw'), hint: t('routing.queues.acwHint'), unit: s, least: 0, most: 3600, without: t('routing.queues.acwWithout') },
    { kind: 'number', name: 'service_level_s', label: t('routing.queues.serviceLevel'), hint: t('routing.queues.serviceLevelHint'), unit: s, least: 1, most: 600 },
    { kind: 'number', name: 'misses_before_break', label: t('routing.queues.misses'), hint: t('routing.queues.missesHint'), unit: times, least: 1, most: 20 },
    { kind: 'number', name: 'rejections_before_break', label: t('routing.queues.rejections'), unit: times, least: 1, most: 20 },
    {
      kind: 'choice',
      name: 'hours_id',
      label: t('routing.queues.hours'),
      hint: t('routing.queues.hoursHint'),
      without: t('routing.queues.always'),
      options: hours.map(({ hours_id, name, is_active }) => ({ value: hours_id, label: text(name), disabled: !is_active })),
    },
    { kind: 'check', name: 'is_active', label: t('routing.queues.isActive'), hint: t('routing.queues.isActiveHint') },
  ]
}
