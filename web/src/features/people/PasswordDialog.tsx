/** A new password: one's own, which asks for the present one as well, or somebody else's. */
import { Alert, App, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { User } from '@/api/types'
import { useWords } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'

interface Entered {
  current?: string
  new: string
  again: string
}

const FORM = 'new-password' // its button stands outside of it
const LEAST_LENGTH = 10 // as the server asks for

export function PasswordDialog({ user, isOwn, onClose }: { user: User; isOwn: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const words = useWords()
  const { message } = App.useApp()
  const [form] = Form.useForm<Entered>()
  const [failure, setFailure] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  const submit = async (entered: Entered) => {
    setBusy(true)
    setFailure(null)
    try {
      await ok(isOwn ? changeOwn(entered) : setFor(user.user_id, entered))
      void message.success(t(isOwn ? 'people.password.changed' : 'people.password.set', { name: text(user.name) }))
      onClose()
    } catch (cause) {
      setFailure(cause)
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t(isOwn ? 'people.password.own' : 'people.password.of', { name: text(user.name) })}
      okText={t('people.password.submit')}
      cancelText={t('people.password.cancel')}
      confirmLoading={isBusy}
      okButtonProps={{ htmlType: 'submit', form: FORM }}
      onCancel={onClose}
      width={420}
    >
      <p>{t(isOwn ? 'people.password.ownLead' : 'people.password.ofLead')}</p>
      {user.extension !== null && !user.has_own_phone_password && <p>{t('people.password.phone', { extension: user.extension })}</p>}
      {failure !== null && <Alert type="error" showIcon title={words(failure)} role="alert" style={{ marginBottom: 12 }} />}
      <Form<Entered> id={FORM} form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <input type="hidden" autoComplete="username" value={user.username} readOnly />
        {isOwn && (
          <Form.Item name="current" label={t('people.password.current')} rules={[{ required: true, message: t('people.password.needCurrent') }]}>
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
        )}
        <Form.Item
          name="new"
          label={t('people.password.new')}
          extra={t('people.password.rule')}
          rules={[{ required: true, min: LEAST_LENGTH, message: t('people.password.needNew') }]}
        >
          <Input.Password autoComplete="new-password" autoFocus={!isOwn} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('people.password.again')}
          dependencies={['new']}
          rules={[{ validator: (_, again) => (again === form.getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(t('people.password.differs')))) }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}

function changeOwn(entered: Entered) {
  return http.POST('/api/session/password', { body: { current: entered.current ?? '', new: entered.new } })
}

function setFor(userId: string, entered: Entered) {
  return http.POST('/api/users/{user_id}/password', { params: { path: { user_id: userId } }, body: { new: entered.new } })
}
