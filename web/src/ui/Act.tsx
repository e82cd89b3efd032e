/** A button for an act: its key on it, and when it is disabled, why. */
import { Button, Tooltip, type ButtonProps } from 'antd'
import type { ReactNode } from 'react'

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
    <Button {...rest} aria-disabled={isOff} className={`act ${isOff ? 'act-off' : ''} ${rest.className ?? ''}`} onClick={isOff ? undefined : act}>
      {children}
      {byKey !== undefined && <KeyOf action={byKey} act={act} isEnabled={!isOff && rest.loading !== true} />}
    </Button>
  )
  return <Tooltip title={whyNot} trigger={['hover', 'focus']}>{button}</Tooltip>
}

function KeyOf({ action, act, isEnabled }: { action: Action; act: () => void; isEnabled: boolean }) {
  useKey(action, act, isEnabled)
  return <kbd aria-hidden="true">{useKeys()[action]}</kbd>
}
