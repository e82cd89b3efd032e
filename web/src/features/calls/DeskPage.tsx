/** The agent's desk: state bar, the call in hand, my calls of today. */
import { useQueryClient } from '@tanstack/react-query'
import { Spin } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { GuestPanel } from '@/features/handover/GuestPanel'
import { PlacingPanel } from '@/features/handover/PlacingPanel'
import { StateBar } from '@/features/routing/StateBar'
import { AfterCallPanel } from './AfterCallPanel'
import { IdlePanel } from './IdlePanel'
import { MyCalls } from './MyCalls'
import { OfferPanel } from './OfferPanel'
import { TalkPanel } from './TalkPanel'
import { useMe, type Me } from './useMe'
import './desk.css'
import './deskParts.css'

const WRITTEN_MS = 1500 // calls are written in batches, a moment after they change

export default function DeskPage() {
  const { t } = useTranslation()
  const me = useMe()
  const cache = useQueryClient()
  const callId = me?.call?.call_id
  const acwId = me?.acw?.call_id
  useEffect(() => {
    const read = () => {
      for (const queryKey of [['myCalls'], ['myDay']]) void cache.invalidateQueries({ queryKey })
    }
    read()
    const again = setTimeout(read, WRITTEN_MS)
    return () => clearTimeout(again)
  }, [cache, callId, acwId])
  return (
    <div className="desk">
      <h1 className="sr-only">{t('app.nav.desk')}</h1>
      <StateBar agent={me?.agent} isKnown={me !== undefined} isHeld={me?.call?.state === 'HELD' && !me.call.is_aside} />
      <div className="desk-body">
        <Hand me={me} />
        <MyCalls />
      </div>
    </div>
  )
}

function Hand({ me }: { me: Me | undefined }) {
  if (me === undefined) {
    return (
      <section className="desk-hand panel centred">
        <Spin />
      </section>
    )
  }
  if (me.call?.is_guest === true) return <GuestPanel key={me.call.call_id} call={me.call} />
  if (me.call?.is_inside === true || me.call?.state === 'PLACING') return <PlacingPanel key={me.call.call_id} call={me.call} />
  if (me.call !== undefined) return <TalkPanel key={me.call.call_id} call={me.call} />
  if (me.offer !== undefined) return <OfferPanel key={me.offer.call_id} offer={me.offer} device={me.agent?.device} />
  if (me.acw !== undefined) return <AfterCallPanel key={me.acw.call_id} acw={me.acw} />
  return <IdlePanel agent={me.agent} />
}
