/** The list of keys; each can be put elsewhere. */
import { Button, Modal } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { changeKey, resetKeys, useKeys } from '@/ui/keyboard'
import { ACTIONS, chordOf, keyRefusal, type Action, type KeyRefusal } from '@/ui/keys'

export function KeyHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const keys = useKeys()
  const [changing, setChanging] = useState<Action | null>(null)
  const [refusal, setRefusal] = useState<KeyRefusal | null>(null)

  const capture = (action: Action) => (event: KeyboardEvent) => {
    if (changing !== action) return
    if (event.key === 'Tab' || event.key === 'Escape') { setChanging(null); return; }
    event.preventDefault()
    event.stopPropagation()
    const chord = chordOf(event.nativeEvent)
    if (chord === null) return
    const no = keyRefusal(keys, action, chord)
    setRefusal(no)
    if (no !== null) return
    changeKey(action, chord)
    setChanging(null)
  }

  const footer = [
    <Button key="reset" onClick={resetKeys}>
      {t('app.keyHelp.reset')}
    </Button>,
    <Button key="close" type="primary" onClick={onClose}>
      {t('app.close')}
    </Button>,
  ]
  return (
    <Modal open={isOpen} onCancel={onClose} title={t('app.keyHelp.title')} width={440} footer={footer} destroyOnHidden>
      <p>{t('app.keyHelp.about')}</p>
      <table className="key-table">
        <tbody>
          {ACTIONS.map((action) => (
            <tr key={action}>
              <td>{t(`app.keyHelp.actions.${action}`)}</td>
              <td>
                <Button
                  size="small"
                  {...(changing === action ? { 'data-captures': 'key' } : {})}
                  aria-label={`${t(`app.keyHelp.actions.${action}`)}: ${keys[action]}`}
                  onClick={() => {
                    setRefusal(null)
                    setChanging(action)
                  }}
                  onKeyDown={capture(action)}
                  onBlur={() => setChanging(null)}
                >
                  {changing === action ? t('app.keyHelp.press') : keys[action]}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p role="alert">{refusal === null ? '' : t(`app.keyHelp.${refusal}`)}</p>
    </Modal>
  )
}
