/** A button for an act: its key on it, its name among the commands, and when it is disabled, why. */
import { Button, Tooltip, type ButtonProps } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { useOffered } from './commands'
import { inMain } from './inMain'
import { useKey, useKeys } from './keyboard'
import type { Action } from './keys'

interface ActProps extends Omit<ButtonProps, 'onClick' | 'disabled' | 'action'> {
  act: () => void
  whyNot?: string | null // null or absent: it can be done
  byKey?: Action
  children: ReactNode
}

/** Disabled acts stay reachable by Tab, so that the reason can be read. */
export function Act({ act, whyNot = null, byKey, children, ...rest }: ActProps) {
  const isOff = whyNot !== null
  const button = (
    <Button
      {...rest}
      aria-disabled={isOff}
      {...(isOff ? { 'aria-description': whyNot } : {})}
      className={`act ${isOff ? 'act-off' : ''} ${rest.className ?? ''}`}
      onClick={isOff ? undefined : act}
    >
      {children}
      {byKey !== undefined && <KeyOf action={byKey} act={act} whyNot={whyNot} isBusy={Boolean(rest.loading)} name={children} />}
    </Button>
  )
  return <Tooltip title={whyNot} trigger={['hover', 'focus']} getPopupContainer={inMain}>{button}</Tooltip>
}

interface KeyOfProps {
  action: Action
  act: () => void
  whyNot: string | null
  isBusy: boolean
  name: ReactNode
}

function KeyOf({ action, act, whyNot, isBusy, name }: KeyOfProps) {
  const { t, i18n } = useTranslation()
  const chord = useKeys()[action]
  useKey(action, act, whyNot === null && !isBusy)
  const also = (['zh', 'en'] as const).map((lng) => i18n.t(`app.keyHelp.actions.${action}`, { lng }))
  useOffered([{ id: action, title: typeof name === 'string' ? name : t(`app.keyHelp.actions.${action}`), also, whyNot, key: action, run: act }])
  return chord === '' ? null : <kbd aria-hidden="true">{chord}</kbd>
}
