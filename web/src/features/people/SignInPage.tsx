import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Seal } from '@/ui/Brand'
import { chooseLanguage } from '@/ui/language'
import { useLanguage } from '@/ui/useLanguage'
import { useWords } from '@/ui/refusal'
import { useSessionState } from './session'
import './signIn.css'

interface Entered {
  username: string
  password: string
}

export function SignInPage() {
  const { t } = useTranslation()
  const language = useLanguage()
  const words = useWords()
  const { signIn, hasEnded } = useSessionState()
  const [failure, setFailure] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  const submit = async ({ username, password }: Entered) => {
    setBusy(true)
    setFailure(null)
    try {
      await signIn(username.trim(), password)
    } catch (cause) {
      setFailure(cause)
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <div className="sign-in-panel panel">
        <div className="sign-in-brand">
          <Seal size={44} />
          <div>
            <h1>{t('app.productName')}</h1>
            <p>{t('people.signIn.lead')}</p>
          </div>
        </div>
        {failure !== null && <Alert type="error" showIcon title={words(failure)} role="alert" />}
        {failure === null && hasEnded && <Alert type="info" showIcon title={t('people.signIn.ended')} role="status" />}
        <Form<Entered> layout="vertical" requiredMark={false} onFinish={submit} size="large">
          <Form.Item name="username" label={t('people.signIn.username')} rules={[{ required: true, message: t('people.signIn.needUsername') }]}>
            <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t('people.signIn.password')} rules={[{ required: true, message: t('people.signIn.needPassword') }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={isBusy}>
            {t('people.signIn.submit')}
          </Button>
        </Form>
        <div className="sign-in-foot">
          <a href="/call">{t('people.signIn.visitor')}</a>
          <button type="button" aria-label={t('app.languageLabel')} onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}>
            {t('app.language')}
          </button>
        </div>
      </div>
    </main>
  )
}
