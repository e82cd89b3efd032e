/** Skills in a queue's rules: those every call needs, and, ring by ring, those it stops asking for. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import type { QueueIn } from '@/api/types'
import type { Option } from '@/ui/record/fields'

const RINGS_MAX = 6
const LEVELS = [0, 1, 2, 3, 4, 5].map((level) => ({ value: level, label: String(level) }))

type Requires = QueueIn['requires']
type Rings = QueueIn['rings']

export function RequiresInput({ id, value = {}, onChange, skills }: { id?: string; value?: Requires; onChange?: (value: Requires) => void; skills: readonly Option[] }) {
  const { t } = useTranslation()
  const nameOf = (skill: string) => skills.find((known) => known.value === skill)?.label ?? skill
  const chosen = Object.keys(value)
  return (
    <div className="skill-rules">
      <Select
        {...(id === undefined ? {} : { id })}
        mode="multiple"
        value={chosen}
        placeholder={t('routing.rules.anySkill')}
        options={[...skills]}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(names: string[]) => onChange?.(Object.fromEntries(names.map((name) => [name, value[name] ?? 1])))}
      />
      {chosen.map((skill) => (
        <div key={skill} className="skill-rule">
          <span>{t('routing.rules.atLeast', { skill: nameOf(skill) })}</span>
          <Select aria-label={t('routing.rules.atLeast', { skill: nameOf(skill) })} value={value[skill] ?? 0} options={LEVELS} onChange={(level: number) => onChange?.({ ...value, [skill]: level })} />
        </div>
      ))}
    </div>
  )
}

export function RingsInput({ id, value = [], onChange, skills }: { id?: string; value?: Rings; onChange?: (value: Rings) => void; skills: readonly Option[] }) {
  const { t } = useTranslation()
  const change = (at: number, part: Partial<Rings[number]>) => onChange?.(value.map((ring, place) => (place === at ? { ...ring, ...part } : ring)))
  return (
    <div className="rings" id={id}>
      {value.map((ring, at) => {
        const number = at + 1
        return (
          // Rings have no names of their own: each is its place.
          <div key={number} className="ring">
            <span>{t('routing.rules.ringAfter', { number })}</span>
            <InputNumber aria-label={t('routing.rules.ringSeconds', { number })} value={ring.lasts_s} min={1} max={3600} suffix={t('routing.queues.unitSeconds')} onChange={(lasts_s) => change(at, { lasts_s: lasts_s ?? 0 })} />
            <span>{t('routing.rules.ringDrops')}</span>
            <Select aria-label={t('routing.rules.ringSkills', { number })} mode="multiple" value={ring.drops} options={[...skills]} placeholder={t('routing.rules.choose')} onChange={(drops: string[]) => change(at, { drops })} />
            <Button type="text" icon={<DeleteOutlined />} aria-label={t('routing.rules.ringRemove', { number })} onClick={() => onChange?.(value.filter((_, place) => place !== at))} />
          </div>
        )
      })}
      {value.length < RINGS_MAX && (
        <Button type="dashed" icon={<PlusOutlined />} onClick={() => onChange?.([...value, { lasts_s: 30, drops: [] }])}>
          {t('routing.rules.ringAdd')}
        </Button>
      )}
    </div>
  )
}
