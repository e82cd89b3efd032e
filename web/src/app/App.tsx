import { Button, Result, Spin } from 'antd'
import { useTranslation } from 'react-i18next'

import { SignInPage } from '@/features/people/SignInPage'
import { useSessionState } from '@/features/people/session'
import { Shell } from './Shell'

export function App() {
  const { session, isLoading, failure, again } = useSessionState()
  const { t } = useTranslation()
  if (session !== null) return <Shell key={session.user.user_id} />
  if (isLoading) {
    return (
      <div className="centred" aria-label={t('app.loading')}>
        <Spin size="large" />
      </div>
    )
  }
  if (failure !== null) {
    const retry = <Button onClick={again}>{t('app.retry')}</Button>
    return <Result status="warning" title={t('app.network')} subTitle={t('app.networkWhat')} extra={retry} />
  }
  return <SignInPage />
}
