/** The frame of all pages: who I am, where I am, whether the line to the server lives. */
import { Dropdown, Result, Spin } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router'

import { AgentPresence } from '@/features/calls/AgentPresence'
import { CallStrip } from '@/features/calls/CallStrip'
import { useAnswered } from '@/features/calls/answeredCall'
import { DeviceWatch } from '@/features/calls/useDeviceWatch'
import { PasswordDialog } from '@/features/people/PasswordDialog'
import { useMay, useSession, useSessionState } from '@/features/people/session'
import { WatchBar } from '@/features/supervision/WatchBar'
import { useLiveStatus } from '@/live/live'
import { Seal } from '@/ui/Brand'
import { useOffered } from '@/ui/commands'
import { loadKeys, useKey, useKeys } from '@/ui/keyboard'
import { chooseLanguage } from '@/ui/language'
import { useLanguage, useText } from '@/ui/useLanguage'
import { Commands } from './commands/Commands'
import { KeyHelp } from './KeyHelp'
import { entriesOf, PAGES, useFetchedAhead, type Entry } from './pages'
import { Unbroken } from './Unbroken'

export function Shell() {
  const { t } = useTranslation()
  const may = useMay()
  const pages = PAGES.filter((page) => may(page.needs))
  const entries = entriesOf(pages)
  const { pathname } = useLocation()
  const here = pages.find((page) => pathname.split('/')[1] === page.name)
  const entry = entries.find((one) => here !== undefined && one.pages.includes(here))
  useFetchedAhead(pages)
  const { keys } = useSession()
  useEffect(() => loadKeys(keys), [keys])
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <header className="shell-head">
        <div className="brand">
          <Seal />
          <span>{t('app.product')}</span>
        </div>
        <nav className="shell-nav" aria-label={t('app.nav.label')}>
          {entries.map((one) => (
            <NavLink key={one.label} to={`/${one === entry ? here?.name : one.pages[0].name}`} className={() => (one === entry ? 'active' : '')}>
              {t(`app.nav.${one.label}`)}
            </NavLink>
          ))}
        </nav>
        <Tools />
      </header>
      {may('calls.take') && <AgentPresence />}
      {may('calls.take') && <CallStrip />}
      {may('calls.supervise') && <WatchBar />}
      {(may('calls.take') || may('calls.supervise')) && <DeviceWatch />}
      <div className="shell-body">
        {entry !== undefined && entry.pages.length > 1 && <GroupNav {...entry} />}
        <main id="main" className="shell-main" tabIndex={-1}>
          <Unbroken key={pathname.split('/')[1]}>
            <Suspense fallback={<Waiting />}>
              <Routes>
                {pages.map(({ name, Content }) => (
                  <Route key={name} path={`/${name}/*`} element={<Content />} />
                ))}
                <Route path="*" element={<Elsewhere first={may('calls.supervise') ? 'wallboard' : pages[0]?.name} />} />
              </Routes>
            </Suspense>
          </Unbroken>
        </main>
      </div>
    </div>
  )
}

function Tools() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { session, signOut } = useSessionState()
  const text = useText()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isPasswordOpen, setPasswordOpen] = useState(false)
  const isInCall = useAnswered() !== null
  const openHelp = () => setHelpOpen(true)
  const changeLanguage = () => chooseLanguage(language === 'zh' ? 'en' : 'zh')
  useKey('help', openHelp)
  useKey('language', changeLanguage)
  useOffered([
    { id: 'help', title: t('app.keyHelp.actions.help'), also: ['keys', 'help', t('app.keys')], whyNot: null, key: 'help', run: openHelp },
    { id: 'language', title: t('app.languageLabel'), also: ['language', 'English', t('app.keyHelp.actions.language')], whyNot: null, key: 'language', run: changeLanguage },
    { id: 'password', title: t('app.commands.password'), also: ['password'], whyNot: null, run: () => setPasswordOpen(true) },
    { id: 'signOut', title: t('app.signOut'), also: ['sign out', 'log out'], whyNot: isInCall ? t('app.signOutInCall') : null, run: () => void signOut() },
  ])
  const helpKey = useKeys().help
  const user = useSession().user
  const roles = user.roles.map((role) => t(`app.roles.${role}`)).join(' · ')
  return (
    <div className="shell-tools">
      <LiveLight />
      <Commands />
      <button type="button" className="head-button" onClick={openHelp}>
        {t('app.keys')} {helpKey !== '' && <kbd aria-hidden="true">{helpKey}</kbd>}
      </button>
      <button
        type="button"
        className="head-button"
        aria-label={t('app.languageLabel')}
        onClick={changeLanguage}
      >
        {t('app.language')}
      </button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'who', disabled: true, label: `${text(session?.tenant.name)} · ${roles}` },
            { type: 'divider' },
            { key: 'password', label: t('people.password.menu'), onClick: () => setPasswordOpen(true) },
            { key: 'out', disabled: isInCall, label: t(isInCall ? 'app.signOutInCall' : 'app.signOut'), onClick: () => void signOut() },
          ],
        }}
      >
        <button type="button" className="head-button" aria-haspopup="menu">
          {text(user.name)} ▾
        </button>
      </Dropdown>
      {isPasswordOpen && <PasswordDialog user={user} isOwn onClose={() => setPasswordOpen(false)} />}
      <KeyHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  )
}

function LiveLight() {
  const { t } = useTranslation()
  const status = useLiveStatus()
  return (
    <span className={`live-light is-${status}`} role="status">
      {t(`app.live.${status}`)}
    </span>
  )
}

function GroupNav({ label, pages }: Entry) {
  const { t } = useTranslation()
  return (
    <nav className="group-nav" aria-label={t(`app.nav.${label}`)}>
      {pages.map(({ name }) => (
        <NavLink key={name} to={`/${name}`}>
          {t(`app.nav.${name}`)}
        </NavLink>
      ))}
    </nav>
  )
}

function Elsewhere({ first }: { first: string | undefined }) {
  const { t } = useTranslation()
  if (first === undefined) return <Result status="info" title={t('app.nothingHere')} subTitle={t('app.nothingHereWhat')} />
  return <Navigate to={`/${first}`} replace />
}

function Waiting() {
  return (
    <div className="centred">
      <Spin />
    </div>
  )
}
