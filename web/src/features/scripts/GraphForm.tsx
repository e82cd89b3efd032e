/** A script as a list of its nodes, in the order a caller walks. */
import { Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Draft } from '@/api/types'
import { useSession } from '@/features/people/session'
import { newWeek } from '@/features/numbers/week'
import { Act } from '@/ui/Act'
import { inMain } from '@/ui/inMain'
import { addNode, graphOf, KINDS, promptNames, walked, type Graph, type Kind } from './graph'
import { NodeForm, NodeSelect } from './NodeForm'
import { useQueueOptions } from './useQueueOptions'

interface GraphFormProps {
  graph: Graph
  draft: Draft
  mayEdit: boolean
  onChange: (graph: Graph) => void
}

export function GraphForm({ graph, draft, mayEdit, onChange }: GraphFormProps) {
  const { t } = useTranslation()
  const queues = useQueueOptions()
  const asRead = graphOf(draft.document)
  const inUse = asRead === null ? new Set<string>() : promptNames(asRead)
  const silent = new Set(draft.silent)
  return (
    <div className="graph">
      <label className="node-way">
        <span>{t('scripts.form.startAt')}</span>
        <NodeSelect graph={graph} mayEdit={mayEdit} label={t('scripts.form.startAt')} to={graph.start} onTo={(start) => onChange({ ...graph, start })} />
      </label>
      {walked(graph).map((name) => (
        <NodeForm key={name} graph={graph} name={name} inUse={inUse} silent={silent} queues={queues} mayEdit={mayEdit} onChange={onChange} />
      ))}
      {mayEdit && <NewNode graph={graph} firstQueue={queues[0]?.value ?? ''} onChange={onChange} />}
    </div>
  )
}

function NewNode({ graph, firstQueue, onChange }: { graph: Graph; firstQueue: string; onChange: (graph: Graph) => void }) {
  const { t } = useTranslation()
  const { tenant } = useSession()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Kind>('play')
  const typed = name.trim()
  const whyNot = typed === '' ? t('scripts.form.nameNeeded') : typed in graph.nodes ? t('scripts.form.nameTaken') : null
  const add = () => {
    const own: Partial<Record<Kind, object>> = {
      queue: { queue_id: firstQueue },
      voicemail: { box: firstQueue },
      language: { language: 'en' },
      transfer: { number: '' },
      collect: { name: 'digits' },
      hours: { hours: newWeek(tenant.timezone) },
    }
    onChange(addNode(graph, typed, kind, { ...own[kind] }))
    setName('')
  }
  return (
    <section className="node node-new" aria-label={t('scripts.form.addNode')}>
      <Input aria-label={t('scripts.form.nodeName')} placeholder={t('scripts.form.nodeName')} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
      <Select aria-label={t('scripts.form.nodeKind')} listHeight={320} value={kind} options={KINDS.map((value) => ({ value, label: t(`scripts.form.kinds.${value}`) }))} onChange={setKind} getPopupContainer={inMain} />
      <Act whyNot={whyNot} act={add}>
        {t('scripts.form.addNode')}
      </Act>
    </section>
  )
}
