/** The list of keys as they are now; each can be put elsewhere, and is there at the next seat. */
import { Button, Modal } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { changeKey, resetKeys, useKeys } from '@/ui/keyboard'
import { ACTIONS, chordOf, DEFAULT_KEYS, keyRefusal, type Action } from '@/ui/keys'
import { useWords } from '@/ui/refusal'

export function KeyHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const keys = useKeys()
  const words = useWords()
  const [changing, setChanging] = useState<Action | null>(null)
  const [said, setSaid] = useState('')
  const name = (action: Action) => t(`app.keyHelp.actions.${action}`)

  const keep = (saving: Promise<void>, done: string) => {
    setChanging(null)
    saving.then(() => setSaid(done), (cause: unknown) => setSaid(words(cause)))
  }
  const put = (action: Action, chord: string) => {
    const no = keyRefusal(keys, action, chord)
    if (no === null) {
      keep(changeKey(action, chord), t(chord === '' ? 'app.keyHelp.takenOff' : 'app.keyHelp.put', { act: name(action), key: chord }))
      return
    }
    setSaid(t(`app.keyHelp.${no.why}`, { key: chord, other: 'by' in no ? name(no.by) : '', otherKey: 'by' in no ? keys[no.by] : '' }))
  }
  const capture = (action: Action) => (event: KeyboardEvent) => {
    if (changing !== action) return
    if (event.key === 'Tab' || event.key === 'Escape') {
      if (event.key === 'Escape') event.stopPropagation() // the choice is given up, not the list
      setChanging(null)
      return
    }
    event.preventDefault()
    event.stopPropagation()
    const chord = chordOf(event.nativeEvent)
    if (chord !== null) put(action, chord === 'Delete' || chord === 'Backspace' ? '' : chord)
  }

  const footer = [
    <Button key="reset" onClick={() => keep(resetKeys(), t('app.keyHelp.allReset'))}>
      {t('app.keyHelp.reset')}
    </Button>,
    <Button key="close" type="primary" onClick={onClose}>
      {t('app.close')}
    </Button>,
  ]
  return (
    <Modal open={isOpen} onCancel={onClose} title={t('app.keyHelp.title')} width={760} footer={footer} destroyOnHidden className="key-help" centered>
      <p>{t('app.keyHelp.about')}</p>
      <p role="alert" className="key-said">
        {said}
      </p>
      <ul className="key-list">
        {ACTIONS.map((action) => (
          <li key={action}>
            <span>{name(action)}</span>
            {keys[action] !== DEFAULT_KEYS[action] && (
              <Button size="small" type="text" aria-label={t('app.keyHelp.resetOne', { act: name(action) })} title={t('app.keyHelp.resetOne', { act: name(action) })} onClick={() => put(action, DEFAULT_KEYS[action])}>
                ↺
              </Button>
            )}
            <Button
              size="small"
              {...(changing === action ? { 'data-captures': 'key' } : {})}
              aria-label={`${name(action)}: ${changing === action ? t('app.keyHelp.press') : keys[action] || t('app.keyHelp.none')}`}
              onClick={() => {
                setSaid('')
                setChanging(action)
              }}
              onKeyDown={capture(action)}
              onBlur={() => setChanging(null)}
            >
              {changing === action ? t('app.keyHelp.press') : keys[action] || t('app.keyHelp.none')}
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
