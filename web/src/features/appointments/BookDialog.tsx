/** For when, with what in mind: a new appointment, or another time for one. */
import { Alert, App, Button, Checkbox, DatePicker, Form, Input, InputNumber, Modal, Space } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Refused } from '@/api/client'
import { serverNow } from '@/api/serverClock'
import { useSession } from '@/features/people/session'
import { dateAndTime } from '@/ui/format'
import { useWords } from '@/ui/refusal'
import { useLanguage } from '@/ui/useLanguage'
import { instantAt } from '@/ui/zone'
import { inAnHour, tomorrowAtTen } from './times'

export interface Later {
  due_at: string
  note: string
  closed_accepted: boolean
}

export interface Lengths {
  lead_min: number
  expiry_min: number
}

interface Entered extends Partial<Lengths> {
  when: Dayjs
  note?: string
  closed_accepted?: boolean
}

interface BookDialogProps {
  title: string
  note?: string
  hasLengths?: boolean // of a new one: how long before, how long after
  save: (later: Later, lengths: Lengths) => Promise<unknown>
  onClose: () => void
}

const FORM = 'appointment'
const LENGTHS: Lengths = { lead_min: 5, expiry_min: 60 }
const MINUTES = 'YYYY-MM-DDTHH:mm'

export function BookDialog({ title, note = '', hasLengths = false, save, onClose }: BookDialogProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { tenant } = useSession()
  const { message } = App.useApp()
  const [form] = Form.useForm<Entered>()
  const [failure, setFailure] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const zone = tenant.timezone

  const submit = async ({ when, ...entered }: Entered) => {
    setBusy(true)
    setFailure(null)
    const due_at = instantAt(when.format(MINUTES), zone)
    try {
      const later = { due_at, note: entered.note ?? '', closed_accepted: entered.closed_accepted ?? false }
      await save(later, { ...LENGTHS, ...entered.lead_min !== undefined && { lead_min: entered.lead_min }, ...entered.expiry_min !== undefined && { expiry_min: entered.expiry_min } })
      void message.success(t('appointments.booked', { when: dateAndTime(due_at, language, zone).slice(0, -3) }))
      onClose()
    } catch (cause) {
      setFailure(cause)
      setBusy(false)
    }
  }
  const choose = (clock: string) => form.setFieldValue('when', dayjs(clock))
  return (
    <Modal
      open
      title={title}
      width={440}
      okText={t('appointments.submit')}
      cancelText={t('appointments.cancelDialog')}
      confirmLoading={isBusy}
      okButtonProps={{ htmlType: 'submit', form: FORM }}
      onCancel={onClose}
      destroyOnHidden
    >
      <Failure failure={failure} />
      <Form<Entered> id={FORM} form={form} layout="vertical" requiredMark={false} initialValues={{ note, ...LENGTHS }} onFinish={(entered) => void submit(entered)}>
        <Form.Item name="when" label={t('appointments.when')} rules={[{ required: true, message: t('appointments.needTime') }]}>
          <DatePicker showTime={{ format: 'HH:mm', minuteStep: 5 }} format="YYYY-MM-DD HH:mm" showNow={false} style={{ width: '100%' }} />
        </Form.Item>
        <Space style={{ marginBottom: 16 }}>
          <Button size="small" onClick={() => choose(inAnHour(serverNow(), zone))}>
            {t('appointments.inAnHour')}
          </Button>
          <Button size="small" onClick={() => choose(tomorrowAtTen(serverNow(), zone))}>
            {t('appointments.tomorrow')}
          </Button>
        </Space>
        <Form.Item name="note" label={t('appointments.note')}>
          <Input.TextArea rows={2} maxLength={2000} placeholder={t('appointments.notePlaceholder')} />
        </Form.Item>
        {hasLengths && (
          <Space size="large">
            <Form.Item name="lead_min" label={t('appointments.lead')}>
              <InputNumber min={0} max={120} precision={0} />
            </Form.Item>
            <Form.Item name="expiry_min" label={t('appointments.expiry')}>
              <InputNumber min={5} max={1440} precision={0} />
            </Form.Item>
          </Space>
        )}
        {faultsOf(failure).some((fault) => fault.field === 'closed') && (
          <Form.Item name="closed_accepted" valuePropName="checked">
            <Checkbox>{t('appointments.closedAccepted')}</Checkbox>
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}

const faultsOf = (failure: unknown) => (failure instanceof Refused ? failure.faults : [])

function Failure({ failure }: { failure: unknown }) {
  const words = useWords()
  if (failure === null) return null
  const said = faultsOf(failure).map((fault) => fault.message)
  return <Alert type="error" showIcon role="alert" style={{ marginBottom: 12 }} title={said.length > 0 ? said.join(' ') : words(failure)} />
}
