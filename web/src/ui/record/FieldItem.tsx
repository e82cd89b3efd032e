/** One field of a form, with its label, its hint and what is wrong with it. */
import { Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Field } from './fields'

export function FieldItem({ field }: { field: Field }) {
  const { when } = field
  if (when === undefined) return <Shown field={field} />
  return (
    <Form.Item noStyle shouldUpdate>
      {({ getFieldsValue }) => when(getFieldsValue(true) as Record<string, unknown>) && <Shown field={field} />}
    </Form.Item>
  )
}

function Shown({ field }: { field: Field }) {
  const { t } = useTranslation()
  if (field.kind === 'section') {
    return (
      <div className="record-section">
        <h2>{field.label}</h2>
        {field.hint !== undefined && <p>{field.hint}</p>}
      </div>
    )
  }
  if (field.kind === 'names') return <Names field={field} />
  if (field.kind === 'check') {
    return (
      <Form.Item name={field.name.split('.')} valuePropName="checked" extra={field.hint}>
        <Checkbox disabled={field.isFixed === true}>{field.label}</Checkbox>
      </Form.Item>
    )
  }
  const isNeeded = 'isNeeded' in field && field.isNeeded
  const rules = isNeeded || (field.kind === 'number' && field.without === undefined) ? [{ required: true, message: t('app.record.needed') }] : []
  return (
    <Form.Item name={field.name.split('.')} label={field.label} extra={field.hint} rules={rules} {...scaled(field)}>
      {inputOf(field)}
    </Form.Item>
  )
}

/** Days shown of seconds kept, and the like. */
function scaled(field: Field) {
  if (field.kind !== 'number' || field.per === undefined) return {}
  const { per } = field
  return {
    getValueProps: (kept: number | null) => ({ value: kept === null ? null : kept / per }),
    normalize: (shown: number | null) => (shown === null ? null : shown * per),
  }
}

function inputOf(field: Exclude<Field, { kind: 'names' | 'check' | 'section' }>) {
  const disabled = field.isFixed === true
  switch (field.kind) {
    case 'text':
      return <Input disabled={disabled} placeholder={field.placeholder} autoComplete="off" />
    case 'secret':
      return <Input.Password disabled={disabled} placeholder={field.placeholder} autoComplete="new-password" />
    case 'number':
      return <InputNumber disabled={disabled} min={field.least} max={field.most} suffix={field.unit} placeholder={field.without} style={{ width: 180 }} />
    case 'choice':
      return <Select disabled={disabled} options={[...field.options]} allowClear={field.without !== undefined} placeholder={field.without} showSearch={{ optionFilterProp: 'label' }} />
    case 'choices':
      return <Select disabled={disabled} mode="multiple" options={[...field.options]} showSearch={{ optionFilterProp: 'label' }} />
    case 'lines':
      return <Lines placeholder={field.placeholder} />
    case 'own':
      return field.input
  }
}

function Names({ field }: { field: Extract<Field, { kind: 'names' }> }) {
  const { t } = useTranslation()
  return (
    <div className="record-names">
      <Form.Item name={[field.name, 'zh']} label={`${field.label} · ${t('app.record.inChinese')}`}>
        <Input lang="zh-CN" disabled={field.isFixed === true} autoComplete="off" />
      </Form.Item>
      <Form.Item name={[field.name, 'en']} label={`${field.label} · ${t('app.record.inEnglish')}`} extra={field.hint}>
        <Input lang="en" disabled={field.isFixed === true} autoComplete="off" />
      </Form.Item>
    </div>
  )
}

/** A list of texts, one a line. */
function Lines({ value = [], onChange, placeholder, id }: { value?: string[]; onChange?: (lines: string[]) => void; placeholder?: string | undefined; id?: string }) {
  return (
    <Input.TextArea
      id={id}
      autoSize={{ minRows: 2, maxRows: 8 }}
      placeholder={placeholder}
      defaultValue={value.join('\n')}
      onChange={(event) => onChange?.(event.target.value.split('\n').map((line) => line.trim()).filter(Boolean))}
    />
  )
}
