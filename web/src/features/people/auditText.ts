/** The record's words for readers; what has none is shown as it was written. */
import { useTranslation } from 'react-i18next'

import { zh } from './texts'

type Words<K extends keyof typeof zh.audit> = keyof (typeof zh.audit)[K]
export type AuditKind = Words<'kinds'>

export const AUDIT_KINDS = Object.keys(zh.audit.kinds) as AuditKind[]

/** `queue.changed`: 修改队列, Queue changed. */
export function useActionText(): (action: string) => string {
  const { t } = useTranslation()
  return (action) => {
    const [kind = '', verb = ''] = action.split('.')
    if (!(kind in zh.audit.kinds) || !(verb in zh.audit.verbs)) return action
    return t('people.audit.action', { kind: t(`people.audit.kinds.${kind as AuditKind}`), verb: t(`people.audit.verbs.${verb as Words<'verbs'>}`) })
  }
}

export function useFieldText(): (field: string) => string {
  const { t } = useTranslation()
  return (field) => (field in zh.audit.fields ? t(`people.audit.fields.${field as Words<'fields'>}`) : field)
}

/** What is not there is a dash; yes and no in words. */
export function useValueText(): (value: string) => string {
  const { t } = useTranslation()
  return (value) => (value in zh.audit.values ? t(`people.audit.values.${value as Words<'values'>}`) : value || '—')
}
