/** Where callers go whom a queue does not take or keep. Empty: `without`. */
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

import type { QueueIn } from '@/api/types'
import type { Option } from '@/ui/record/fields'
import type { QueueChoices } from './useQueueChoices'

export type Way = NonNullable<QueueIn['when_full']>
const KINDS = ['queue', 'script', 'voicemail', 'callback', 'hang_up'] as const

interface WayInputProps {
  id?: string
  value?: Way | null
  onChange?: (way: Way | null) => void
  choices: QueueChoices
  boxes: readonly Option[] // queues whose people hear messages, this one too
  without: string
  label: string
}

export function WayInput({ id, value = null, onChange, choices, boxes, without, label }: WayInputProps) {
  const { t } = useTranslation()
  const to = value === null ? null : target(value, choices, boxes)
  return (
    <div className="way">
      <Select
        {...(id === undefined ? {} : { id })}
        value={value?.kind ?? null}
        placeholder={without}
        allowClear
        options={KINDS.map((kind) => ({ value: kind, label: t(`routing.rules.way.${kind}`) }))}
        onChange={(kind: Way['kind'] | undefined) => onChange?.(kind === undefined ? null : begun(kind, choices, boxes))}
      />
      {value !== null && to !== null && (
        <Select
          aria-label={`${label}: ${t(`routing.rules.way.${value.kind}`)}`}
          value={to.chosen || null}
          placeholder={t('routing.rules.way.choose')}
          options={[...to.options]}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(chosen: string) => onChange?.(made(value.kind, chosen))}
        />
      )}
    </div>
  )
}

function target(way: Way, choices: QueueChoices, boxes: readonly Option[]) {
  switch (way.kind) {
    case 'queue':
      return { chosen: way.queue_id, options: choices.queues }
    case 'script':
      return { chosen: way.node, options: choices.nodes }
    case 'voicemail':
      return { chosen: way.box, options: boxes }
    case 'hang_up':
      return { chosen: way.prompt, options: choices.prompts }
    case 'callback':
      return null
  }
}

/** A way just begun leads to the first there is, so that it always leads somewhere. */
function begun(kind: Way['kind'], choices: QueueChoices, boxes: readonly Option[]): Way {
  const first = { queue: choices.queues, script: choices.nodes, voicemail: boxes, callback: [], hang_up: choices.prompts }[kind]
  return made(kind, first.find((option) => option.disabled !== true)?.value ?? '')
}

function made(kind: Way['kind'], chosen: string): Way {
  switch (kind) {
    case 'queue':
      return { kind, queue_id: chosen }
    case 'script':
      return { kind, node: chosen }
    case 'voicemail':
      return { kind, box: chosen }
    case 'hang_up':
      return { kind, prompt: chosen }
    case 'callback':
      return { kind }
  }
}
