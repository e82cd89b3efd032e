/** One node: what it says, and where it leads. */
import { Button, Input, InputNumber, Popconfirm, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { HoursInput } from '@/features/numbers/HoursInput'
import type { WrittenHours } from '@/features/numbers/week'
import { Act } from '@/ui/Act'
import { inMain } from '@/ui/inMain'
import type { Option } from '@/ui/record/fields'
import { Choices } from './Choices'
import { changeNode, leadingTo, removeNode, saysOf, waysOf, type Graph, type Node } from './graph'
import { Words } from './Words'

export interface NodeFormProps {
  graph: Graph
  name: string
  inUse: ReadonlySet<string> // prompts of the draft as it was read
  silent: ReadonlySet<string>
  queues: readonly Option[]
  mayEdit: boolean
  onChange: (graph: Graph) => void
}

export function NodeForm(props: NodeFormProps) {
  const { graph, name, mayEdit, onChange } = props
  const { t } = useTranslation()
  const node = graph.nodes[name] as Node
  const from = leadingTo(graph, name)
  const whyNot = from.length === 0 ? null : t('scripts.form.ledTo', { from: from.map((one) => one ?? t('scripts.form.start')).join(t('scripts.form.comma')) })
  return (
    <section className="node" aria-label={t('scripts.form.node', { name })}>
      <header>
        <h2>{name}</h2>
        <span className="mark">{t(`scripts.form.kinds.${node.kind}`)}</span>
        {graph.start === name && <span className="mark is-good">{t('scripts.form.start')}</span>}
        {from.length === 0 && <span className="mark is-poor">{t('scripts.form.unled')}</span>}
        {mayEdit && whyNot !== null && (
          <Act size="small" whyNot={whyNot} act={() => undefined}>
            {t('scripts.form.remove')}
          </Act>
        )}
        {mayEdit && whyNot === null && (
          <Popconfirm title={t('scripts.form.removeSure', { name })} okText={t('scripts.form.remove')} cancelText={t('app.record.cancel')} onConfirm={() => onChange(removeNode(graph, name))} getPopupContainer={inMain}>
            <Button size="small">{t('scripts.form.remove')}</Button>
          </Popconfirm>
        )}
      </header>
      {saysOf(node).map((field) => (
        <Words key={field} {...props} field={field} />
      ))}
      {node.kind === 'menu' && <Choices {...props} />}
      <Own {...props} />
      {waysOf(node).map((way) => (
        <label key={way} className="node-way">
          <span>{t(`scripts.form.ways.${node.kind}.${way}` as 'scripts.form.ways.play.then')}</span>
          <NodeSelect {...props} label={t(`scripts.form.ways.${node.kind}.${way}` as 'scripts.form.ways.play.then')} to={node[way]} onTo={(to) => onChange(changeNode(graph, name, { [way]: to }))} />
        </label>
      ))}
    </section>
  )
}

/** What only nodes of this kind have. */
function Own({ graph, name, queues, mayEdit, onChange }: NodeFormProps) {
  const { t } = useTranslation()
  const node = graph.nodes[name] as Node
  const set = (part: Readonly<Record<string, unknown>>) => onChange(changeNode(graph, name, part))
  const label = (words: string, input: React.ReactNode) => (
    <label className="node-way">
      <span>{words}</span>
      {input}
    </label>
  )
  const chosen = (field: string, words: string, options: readonly Option[]) =>
    label(words, <Select aria-label={words} disabled={!mayEdit} value={(node[field] as string | undefined) ?? null} options={[...options]} onChange={(value: string) => set({ [field]: value })} getPopupContainer={inMain} />)
  const counted = (field: string, without: number) =>
    label(t(`scripts.form.${field}` as 'scripts.form.min_digits'), <InputNumber disabled={!mayEdit} min={1} max={64} value={(node[field] as number | undefined) ?? without} onChange={(value) => value !== null && set({ [field]: value })} />)
  switch (node.kind) {
    case 'queue':
      return chosen('queue_id', t('scripts.queue'), queues)
    case 'voicemail':
      return chosen('box', t('scripts.form.box'), queues)
    case 'language':
      return chosen('language', t('scripts.form.language'), (['zh', 'en'] as const).map((value) => ({ value, label: t(`scripts.form.languages.${value}`) })))
    case 'transfer':
      return label(t('scripts.form.number'), <Input className="digits" readOnly={!mayEdit} value={(node.number as string | undefined) ?? ''} onChange={(event) => set({ number: event.target.value.trim() })} />)
    case 'collect':
      return (
        <>
          {counted('min_digits', 1)}
          {counted('max_digits', 20)}
        </>
      )
    case 'hours':
      return (
        <fieldset disabled={!mayEdit} className="node-hours">
          <legend>{t('scripts.form.hours')}</legend>
          <HoursInput value={node.hours as WrittenHours} onChange={(hours) => set({ hours })} />
        </fieldset>
      )
    default:
      return null
  }
}

interface NodeSelectProps {
  graph: Graph
  mayEdit: boolean
  label: string
  to: unknown
  onTo: (name: string) => void
}

export function NodeSelect({ graph, mayEdit, label, to, onTo }: NodeSelectProps) {
  const { t } = useTranslation()
  const isGone = typeof to === 'string' && !(to in graph.nodes)
  const options = Object.entries(graph.nodes).map(([value, { kind }]) => ({ value, label: `${value} · ${t(`scripts.form.kinds.${kind}`)}` }))
  return (
    <Select
      aria-label={label}
      disabled={!mayEdit}
      value={isGone ? t('scripts.form.gone', { name: to }) : ((to as string | undefined) ?? null)}
      {...(isGone ? { status: 'error' as const } : {})}
      options={options}
      showSearch={{ optionFilterProp: 'label' }}
      onChange={onTo}
      getPopupContainer={inMain}
    />
  )
}
