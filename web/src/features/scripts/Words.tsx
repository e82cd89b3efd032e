/** What a node says: its words in both languages, and whether they have a sound. */
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'

import { changeNode, changeWords, promptName, promptsOf, type Node, type Prompt, type PromptField } from './graph'
import type { NodeFormProps } from './NodeForm'

const LANGUAGES = ['zh', 'en'] as const
const mark = () => Date.now().toString(36) // a prompt's name belongs to its words alone

export function Words({ graph, name, field, inUse, silent, mayEdit, onChange }: NodeFormProps & { field: PromptField }) {
  const { t } = useTranslation()
  const prompts = promptsOf(graph.nodes[name] as Node, field)
  const label = t(`scripts.form.says.${field}`)
  const set = (next: readonly Prompt[]) => onChange(changeNode(graph, name, { [field]: next }))
  const words = (prompt: Prompt, place: number, language: 'zh' | 'en') => (
    <Input.TextArea
      lang={language === 'zh' ? 'zh-CN' : 'en'}
      aria-label={t(`scripts.form.words.${language}`, { says: label, place: place + 1 })}
      placeholder={t(`scripts.form.languages.${language}`)}
      autoSize={{ minRows: 2, maxRows: 6 }}
      readOnly={!mayEdit}
      value={prompt.text[language] ?? ''}
      onChange={(event) => onChange(changeWords(graph, prompt.name, { ...prompt.text, [language]: event.target.value }, inUse, mark()))}
    />
  )
  const soundless = (prompt: Prompt) => LANGUAGES.map((language) => `${prompt.name}.${language}`).filter((sound) => silent.has(sound) || !inUse.has(prompt.name))
  return (
    <div className="node-says">
      <h3>{label}</h3>
      {prompts.map((prompt, place) => (
        <div key={place} className="node-words">
          {words(prompt, place, 'zh')}
          {words(prompt, place, 'en')}
          {mayEdit && (
            <Button aria-label={t('scripts.form.removeWords', { says: label, place: place + 1 })} onClick={() => set(prompts.filter((one) => one !== prompt))}>
              {t('scripts.form.remove')}
            </Button>
          )}
          {soundless(prompt).length > 0 && <p className="node-silent">{t('scripts.form.silent', { files: soundless(prompt).map((sound) => `${sound}.wav`).join(' ') })}</p>}
        </div>
      ))}
      {mayEdit && (
        <Button size="small" aria-label={t('scripts.form.addWords', { says: label })} onClick={() => set([...prompts, { name: promptName(name, mark()), text: {} }])}>
          {t('scripts.form.addPart')}
        </Button>
      )}
    </div>
  )
}
