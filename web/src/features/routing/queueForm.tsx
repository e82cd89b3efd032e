/** What is asked of a queue, group by group. A new rule of queues is one more field here. */
import type { TFunction } from 'i18next'

import type { Bilingual, Hours, Queue, QueueIn } from '@/api/types'
import type { Field } from '@/ui/record/fields'
import { RequiresInput, RingsInput } from './SkillRules'
import { WayInput } from './WayInput'
import type { QueueChoices } from './useQueueChoices'
import './queueRules.css'

const STRATEGIES = ['longest_idle', 'highest_proficiency', 'fewest_calls', 'round_robin', 'linear', 'random', 'ring_all'] as const
const DAY_S = 86400

export const newQueue: QueueIn = {
  name: {},
  ring_timeout_s: 15,
  acw_s: 120,
  service_level_s: 20,
  misses_before_break: 1,
  rejections_before_break: 1,
  unreachables_before_break: 1,
  strategy: 'longest_idle',
  ring_all_max: 20,
  requires: {},
  prefers: [],
  rings: [],
  urgency: 'priority',
  score_s_per_priority: 60,
  sticky_within_s: 0,
  sticky_wait_s: 0,
  size_max: null,
  wait_max_s: null,
  when_full: null,
  when_waited: null,
  when_nobody: null,
  when_closed: { kind: 'hang_up', prompt: 'closed' },
  callback: { attempts_max: 3, retry_after_s: 1800, lasts_s: 28800, is_offered: false, key: '1', offered_after_s: 60 },
  announcing: { has_position: true, has_wait: true, every_s: 45, comfort: null },
  hours_id: null,
  is_active: true,
}

export function queueValues(queue: Queue): QueueIn {
  const asked = Object.keys(newQueue) as (keyof QueueIn)[]
  return Object.fromEntries(asked.map((name) => [name, queue[name]])) as unknown as QueueIn
}

export interface Around {
  readonly text: (name: Bilingual) => string
  readonly hours: readonly Hours[]
  readonly choices: QueueChoices
}

/** The limits are the server's (routing/queue_form.py); it has the last word. */
export function queueFields(t: TFunction, around: Around, row: Queue | null): Field[] {
  const others = { ...around.choices, queues: around.choices.queues.filter(({ value }) => value !== row?.queue_id) }
  return [...aboutIt(t, around), ...whoRings(t, around.choices), ...whoIsNext(t), ...silence(t), ...told(t, around.choices), ...ways(t, others, around.choices), ...calledBack(t)]
}

function aboutIt(t: TFunction, { text, hours }: Around): Field[] {
  const s = t('routing.queues.unitSeconds')
  return [
    { kind: 'names', name: 'name', label: t('routing.queues.name') },
    { kind: 'number', name: 'ring_timeout_s', label: t('routing.queues.ringTimeout'), hint: t('routing.queues.ringTimeoutHint'), unit: s, least: 5, most: 120 },
    { kind: 'number', name: 'acw_s', label: t('routing.queues.acw'), hint: t('routing.queues.acwHint'), unit: s, least: 0, most: 3600, without: t('routing.queues.acwWithout') },
    { kind: 'number', name: 'service_level_s', label: t('routing.queues.serviceLevel'), hint: t('routing.queues.serviceLevelHint'), unit: s, least: 1, most: 600 },
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

function whoRings(t: TFunction, { skills }: QueueChoices): Field[] {
  return [
    { kind: 'section', name: 'who', label: t('routing.rules.who') },
    {
      kind: 'choice',
      name: 'strategy',
      label: t('routing.rules.strategy'),
      hint: t('routing.rules.strategyHint'),
      options: STRATEGIES.map((value) => ({ value, label: t(`routing.rules.strategies.${value}`) })),
    },
    { kind: 'number', name: 'ring_all_max', label: t('routing.rules.ringAllMax'), unit: t('routing.rules.unitAgents'), least: 1, most: 50, when: ({ strategy }) => strategy === 'ring_all' },
    { kind: 'own', name: 'requires', label: t('routing.rules.requires'), hint: t('routing.rules.requiresHint'), input: <RequiresInput skills={skills} /> },
    { kind: 'choices', name: 'prefers', label: t('routing.rules.prefers'), hint: t('routing.rules.prefersHint'), options: skills },
    { kind: 'own', name: 'rings', label: t('routing.rules.rings'), hint: t('routing.rules.ringsHint'), input: <RingsInput skills={skills} /> },
    { kind: 'number', name: 'sticky_within_s', label: t('routing.rules.stickyWithin'), hint: t('routing.rules.stickyWithinHint'), unit: t('routing.rules.unitDays'), per: DAY_S, least: 0, most: 366 },
    { kind: 'number', name: 'sticky_wait_s', label: t('routing.rules.stickyWait'), hint: t('routing.rules.stickyWaitHint'), unit: t('routing.queues.unitSeconds'), least: 0, most: 3600, when: ({ sticky_within_s }) => Number(sticky_within_s) > 0 },
  ]
}

function whoIsNext(t: TFunction): Field[] {
  return [
    { kind: 'section', name: 'next', label: t('routing.rules.next') },
    {
      kind: 'choice',
      name: 'urgency',
      label: t('routing.rules.urgency'),
      options: [
        { value: 'priority', label: t('routing.rules.byPriority') },
        { value: 'score', label: t('routing.rules.byScore') },
      ],
    },
    { kind: 'number', name: 'score_s_per_priority', label: t('routing.rules.score'), hint: t('routing.rules.scoreHint'), unit: t('routing.queues.unitSeconds'), least: 1, most: 3600, when: ({ urgency }) => urgency === 'score' },
  ]
}

function silence(t: TFunction): Field[] {
  const times = t('routing.queues.unitTimes')
  return [
    { kind: 'section', name: 'silence', label: t('routing.rules.silence'), hint: t('routing.rules.silenceHint') },
    { kind: 'number', name: 'misses_before_break', label: t('routing.queues.misses'), hint: t('routing.queues.missesHint'), unit: times, least: 1, most: 20 },
    { kind: 'number', name: 'rejections_before_break', label: t('routing.queues.rejections'), unit: times, least: 1, most: 20 },
    { kind: 'number', name: 'unreachables_before_break', label: t('routing.rules.unreachables'), hint: t('routing.rules.unreachablesHint'), unit: times, least: 1, most: 20 },
  ]
}

function told(t: TFunction, { comforts }: QueueChoices): Field[] {
  const isOn: Field['when'] = ({ announcing }) => ((announcing as QueueIn['announcing'] | undefined)?.every_s ?? 0) > 0
  return [
    { kind: 'section', name: 'told', label: t('routing.rules.told'), hint: t('routing.rules.toldHint') },
    { kind: 'number', name: 'announcing.every_s', label: t('routing.rules.every'), hint: t('routing.rules.everyHint'), unit: t('routing.queues.unitSeconds'), least: 0, most: 600 },
    { kind: 'check', name: 'announcing.has_position', label: t('routing.rules.saysPosition'), hint: t('routing.rules.saysPositionHint'), when: isOn },
    { kind: 'check', name: 'announcing.has_wait', label: t('routing.rules.saysWait'), hint: t('routing.rules.saysWaitHint'), when: isOn },
    { kind: 'choice', name: 'announcing.comfort', label: t('routing.rules.comfort'), without: t('routing.rules.noComfort'), options: comforts, when: isOn },
  ]
}

function ways(t: TFunction, others: QueueChoices, all: QueueChoices): Field[] {
  const way = (name: 'when_full' | 'when_waited' | 'when_nobody' | 'when_closed', when?: Field['when']): Field => {
    const label = t(`routing.rules.${name}`)
    return { kind: 'own', name, label, input: <WayInput choices={others} boxes={all.queues} without={t(`routing.rules.${name}_without`)} label={label} />, ...(when && { when }) }
  }
  return [
    { kind: 'section', name: 'ways', label: t('routing.rules.ways'), hint: t('routing.rules.waysHint') },
    { kind: 'number', name: 'size_max', label: t('routing.rules.sizeMax'), unit: t('routing.rules.unitCallers'), least: 1, most: 10000, without: t('routing.rules.noLimit') },
    way('when_full', ({ size_max, when_full }) => (size_max ?? when_full) !== null),
    { kind: 'number', name: 'wait_max_s', label: t('routing.rules.waitMax'), unit: t('routing.queues.unitSeconds'), least: 5, most: 86400, without: t('routing.rules.noLimit') },
    way('when_waited', ({ wait_max_s, when_waited }) => (wait_max_s ?? when_waited) !== null),
    way('when_nobody'),
    way('when_closed'),
  ]
}

const isOffered: NonNullable<Field['when']> = ({ callback }) => (callback as QueueIn['callback']).is_offered

function calledBack(t: TFunction): Field[] {
  return [
    { kind: 'section', name: 'back', label: t('routing.rules.callback'), hint: t('routing.rules.callbackHint') },
    { kind: 'check', name: 'callback.is_offered', label: t('routing.rules.callbackOffered'), hint: t('routing.rules.callbackOfferedHint') },
    { kind: 'text', name: 'callback.key', label: t('routing.rules.callbackKey'), when: isOffered },
    { kind: 'number', name: 'callback.offered_after_s', label: t('routing.rules.callbackAfter'), hint: t('routing.rules.callbackAfterHint'), unit: t('routing.queues.unitSeconds'), least: 0, most: 3600, when: isOffered },
    { kind: 'number', name: 'callback.attempts_max', label: t('routing.rules.attempts'), unit: t('routing.queues.unitTimes'), least: 1, most: 10 },
    { kind: 'number', name: 'callback.retry_after_s', label: t('routing.rules.retryAfter'), unit: t('routing.rules.unitMinutes'), per: 60, least: 1, most: 1440 },
    { kind: 'number', name: 'callback.lasts_s', label: t('routing.rules.lasts'), hint: t('routing.rules.lastsHint'), unit: t('routing.rules.unitHours'), per: 3600, least: 1, most: 168 },
  ]
}
