/** The keys of a menu: which, what it is called on screens, where it leads. */
import { Button, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { Act } from '@/ui/Act'
import { inMain } from '@/ui/inMain'
import { changeChoice, choicesOf, KEYS, type Choice, type Node } from './graph'
import { NodeSelect, type NodeFormProps } from './NodeForm'

export function Choices({ graph, name, mayEdit, onChange }: NodeFormProps) {
  const { t } = useTranslation()
  const choices = choicesOf(graph.nodes[name] as Node)
  const free = KEYS.filter((key) => !(key in choices))
  const inOrder = [...KEYS.filter((key) => key in choices), ...Object.keys(choices).filter((key) => !KEYS.includes(key))]
  const set = (key: string, choice: Choice | null, nextKey = key) => onChange(changeChoice(graph, name, key, choice, nextKey))
  const [firstFree] = free
  return (
    <div className="node-keys">
      <h3>{t('scripts.form.keys')}</h3>
      {inOrder.map((key) => {
        const choice = choices[key] as Choice
        const said = (language: 'zh' | 'en') => (
          <Input
            lang={language === 'zh' ? 'zh-CN' : 'en'}
            aria-label={t(`scripts.form.keyName.${language}`, { key })}
            placeholder={t(`scripts.form.languages.${language}`)}
            readOnly={!mayEdit}
            value={choice.label[language] ?? ''}
            onChange={(event) => set(key, { ...choice, label: { ...choice.label, [language]: event.target.value } })}
          />
        )
        return (
          <div key={key} className="node-key">
            <Select aria-label={t('scripts.form.key', { key })} disabled={!mayEdit} value={key} options={[key, ...free].map((value) => ({ value, label: value }))} onChange={(next: string) => set(key, choice, next)} getPopupContainer={inMain} />
            {said('zh')}
            {said('en')}
            <NodeSelect graph={graph} mayEdit={mayEdit} label={t('scripts.form.keyTo', { key })} to={choice.then} onTo={(then) => set(key, { ...choice, then })} />
            {mayEdit && (
              <Button aria-label={t('scripts.form.removeKey', { key })} onClick={() => set(key, null)}>
                {t('scripts.form.remove')}
              </Button>
            )}
          </div>
        )
      })}
      {mayEdit && (
        <Act size="small" whyNot={firstFree === undefined ? t('scripts.form.noKeyLeft') : null} act={() => firstFree !== undefined && set(firstFree, { then: graph.start, label: {} })}>
          {t('scripts.form.addKey')}
        </Act>
      )}
    </div>
  )
}
