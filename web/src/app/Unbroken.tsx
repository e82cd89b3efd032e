import { Button, Result } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** When a page breaks, says so instead of going white. */
export class Unbroken extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const { t } = useTranslation()
  const reload = <Button onClick={() => location.reload()}>{t('app.reload')}</Button>
  return <Result status="warning" title={t('app.broken')} subTitle={t('app.brokenWhat')} extra={reload} />
}
