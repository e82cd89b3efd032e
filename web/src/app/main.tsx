/** Start of the desk's page. */
import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enLocale from 'antd/locale/en_US'
import zhLocale from 'antd/locale/zh_CN'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'

import '@/ui/colours.css'
import './app.css'

import { SessionProvider } from '@/features/people/session'
import { startLanguage } from '@/ui/language'
import { useLanguage } from '@/ui/useLanguage'
import { App } from './App'
import { en, zh } from './catalogue'
import { queryClient } from './queryClient'
import { theme } from './theme'
import { Unbroken } from './Unbroken'

startLanguage(zh, en)
/** A screen on a wall: nobody is signed in there. */
const isWall = location.pathname === '/wall'
const WallScreen = lazy(() => import('@/features/insight/WallScreen'))

function Root() {
  const language = useLanguage()
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhLocale : enLocale} wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      <AntApp>
        <Unbroken>
          <QueryClientProvider client={queryClient}>
            <BrowserRouter>
              {isWall ? (
                <Suspense>
                  <WallScreen />
                </Suspense>
              ) : (
                <SessionProvider>
                  <App />
                </SessionProvider>
              )}
            </BrowserRouter>
          </QueryClientProvider>
        </Unbroken>
      </AntApp>
    </ConfigProvider>
  )
}

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  )
}
