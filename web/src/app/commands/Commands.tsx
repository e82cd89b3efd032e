/** The way to the command bar: its key and its button. The bar itself is fetched a little ahead. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { useMay } from '@/features/people/session'
import { useKey, useKeys } from '@/ui/keyboard'

const AHEAD_MS = 2000
const fetchBar = () => import('./CommandBar')
const CommandBar = lazy(fetchBar)
const CallDrawer = lazy(async () => ({ default: (await import('@/features/calls/CallDrawer')).CallDrawer }))

export function Commands() {
  const { t } = useTranslation()
  const may = useMay()
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const [callId, setCallId] = useState<string | null>(null)
  const chord = useKeys().commands
  useKey('commands', () => setOpen(!isOpen))
  useKey('goDesk', () => void navigate('/desk'), may('calls.take'))
  useKey('goWallboard', () => void navigate('/wallboard'), may('wallboard.read'))
  useKey('goCalls', () => void navigate('/calls'), may('calls.read'))
  useEffect(() => {
    const timer = setTimeout(() => void fetchBar().catch(() => undefined), AHEAD_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <>
      <button type="button" className="head-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('app.commands.open')} {chord !== '' && <kbd aria-hidden="true">{chord}</kbd>}
      </button>
      <Suspense fallback={null}>
        {isOpen && <CommandBar close={() => setOpen(false)} openCall={setCallId} />}
        {callId !== null && <CallDrawer callId={callId} onClose={() => setCallId(null)} />}
      </Suspense>
    </>
  )
}
