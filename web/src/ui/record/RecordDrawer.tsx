/** One record in a form at the side: what is wrong stands beside its field, in words. */
import { Alert, Button, Drawer, Form } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Refused } from '@/api/client'
import { useWords } from '@/ui/refusal'
import { FieldItem } from './FieldItem'
import { faultsByField, shownFields, type Field } from './fields'
import './record.css'

interface RecordDrawerProps<V extends object, R> {
  title: string
  lead?: ReactNode
  fields: readonly Field[]
  initial: V
  save: (values: V) => Promise<R>
  onSaved: (made: R) => void
  onClose: () => void
  children?: ReactNode // below the fields
}

const FORM = 'record' // its button stands outside of it

export function RecordDrawer<V extends object, R>({ title, lead, fields, initial, save, onSaved, onClose, children }: RecordDrawerProps<V, R>) {
  const { t } = useTranslation()
  const words = useWords()
  const [form] = Form.useForm<V>()
  const [failure, setFailure] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  const submit = async (values: V) => {
    setBusy(true)
    setFailure(null)
    try {
      onSaved(await save({ ...initial, ...values }))
    } catch (cause) {
      setFailure(explain(cause))
      setBusy(false)
    }
  }

  /** Put each fault beside its field; return what is left to say above them. */
  const explain = (cause: unknown): string => {
    const faults = cause instanceof Refused ? cause.faults : []
    const { byField, others } = faultsByField(faults, shownFields(fields))
    const marked = [...byField].map(([name, errors]) => ({ name: name.split('.'), errors }))
    form.setFields(marked as Parameters<typeof form.setFields>[0])
    const first = marked[0]
    if (first !== undefined) form.focusField(first.name as Parameters<typeof form.focusField>[0])
    return [words(cause), ...others].join(' ')
  }

  const foot = (
    <div className="record-foot">
      <Button onClick={onClose}>{t('app.record.cancel')}</Button>
      <Button type="primary" htmlType="submit" form={FORM} loading={isBusy}>
        {t('app.record.save')}
      </Button>
    </div>
  )
  return (
    <Drawer open title={title} onClose={onClose} size={520} footer={foot} keyboard destroyOnHidden>
      {lead !== undefined && <p className="record-lead">{lead}</p>}
      {failure !== null && <Alert type="error" showIcon title={failure} role="alert" className="record-failure" />}
      <Form<V> id={FORM} name={FORM} form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={submit} scrollToFirstError>
        {fields.map((field) => (
          <FieldItem key={field.name} field={field} />
        ))}
      </Form>
      {children}
    </Drawer>
  )
}
