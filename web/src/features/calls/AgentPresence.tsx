/** What an agent's page does on every page: ring, notify, flash the title, keep the call's sound in step. Shows nothing. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import type { OfferView } from '@/api/types'
import { useSessionState } from '@/features/people/session'
import { keptDevice, setState } from '@/features/routing/goReady'
import { useStateText } from '@/features/routing/reasonText'
import { onTick } from '@/live/ticker'
import { useText } from '@/ui/useLanguage'
import { followServer, useAnswered } from './answeredCall'
import { chosenDevice } from './devices'
import { ringer } from './ringer'
import { standForRing, useIsRingLeader } from './ringLeader'
import { useMe } from './useMe'
import { useNumber } from './useNumber'

export function AgentPresence() {
  const me = useMe()
  const answered = useAnswered()
  const offer = me?.offer !== undefined && answered?.callId !== me.offer.call_id ? me.offer : undefined

  useEffect(standForRing, [])
  useFirstGesture()
  useRing(offer, me?.agent?.device !== 'phone')
  useNotification(offer)
  useTitle(offer, me?.agent?.state, me?.agent?.reason ?? null)
  useDeskInFront(offer)
  useEffect(() => {
    if (me === undefined) return
    const follow = () => followServer(me.call)
    follow()
    return onTick(follow)
  }, [me, answered])
  useStayWarning(answered !== null)
  useSignIn(me?.agent !== undefined && me.agent.queues.length > 0, me?.agent?.state)
  return null
}

export function useIsRingPossible(): boolean {
  return useSyncExternalStore(
    (listener) => ringer.onChange(listener),
    () => ringer.isUnlocked,
  )
}

/** Who serves a queue and has just signed in stands in BREAK (Warm-up): signed in is not ready. A reload changes nothing. */
function useSignIn(servesQueues: boolean, state: string | undefined): void {
  const { isFresh } = useSessionState()
  const hasAsked = useRef(false)
  useEffect(() => {
    if (!isFresh || !servesQueues || hasAsked.current) return
    hasAsked.current = true
    if (state === undefined || state === 'OFFLINE') void setState('BREAK', null, keptDevice()).catch(() => undefined)
  }, [isFresh, servesQueues, state])
}

/** After a reload browsers want one gesture, any, before sound. */
function useFirstGesture(): void {
  useEffect(() => {
    const unlock = () => void ringer.unlock().then(() => ringer.useSpeaker(chosenDevice('ringerId')))
    const kinds = ['pointerdown', 'keydown'] as const
    for (const kind of kinds) window.addEventListener(kind, unlock, { once: true, capture: true })
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, unlock, { capture: true })
    }
  }, [])
}

function useRing(offer: OfferView | undefined, isHere: boolean): void {
  const isLeader = useIsRingLeader()
  const isPossible = useIsRingPossible()
  const isRinging = offer !== undefined && isHere && isLeader && isPossible
  useEffect(() => {
    document.documentElement.dataset['ringing'] = String(isRinging)
    if (!isRinging) return
    ringer.start()
    return () => ringer.stop()
  }, [isRinging])
}

function useNotification(offer: OfferView | undefined): void {
  const { t } = useTranslation()
  const text = useText()
  const printed = useNumber()
  const isLeader = useIsRingLeader()
  const callId = offer?.call_id
  const title = offer === undefined ? '' : t(offer.kind === 'callback' ? 'calls.offer.callbackNotification' : 'calls.offer.notification', { number: printed(offer.caller.number) })
  const body = offer === undefined ? '' : [text(offer.queue_name), offer.caller.customer_name].filter(Boolean).join(' · ')
  useEffect(() => {
    if (callId === undefined || !isLeader || document.hasFocus()) return
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    const shown = new Notification(title, { body, tag: callId, silent: true, requireInteraction: true })
    shown.onclick = () => {
      window.focus()
      shown.close()
    }
    return () => shown.close()
  }, [callId, isLeader, title, body])
}

function useTitle(offer: OfferView | undefined, state: string | undefined, reason: string | null): void {
  const { t } = useTranslation()
  const stateText = useStateText()
  const printed = useNumber()
  const usual = state === undefined ? t('app.productName') : `${stateText(state, reason)} · ${t('app.product')}`
  const flash = offer === undefined ? null : t(offer.kind === 'callback' ? 'calls.offer.callbackFlash' : 'calls.offer.titleFlash', { number: printed(offer.caller.number) })
  const [isFlash, setFlash] = useState(true)
  useEffect(() => {
    if (flash === null) return
    return onTick(() => setFlash((was) => !was))
  }, [flash])
  useEffect(() => {
    document.title = flash !== null && isFlash ? flash : usual
  }, [flash, isFlash, usual])
}

/** A ringing call brings the desk to the front, whichever page is open. */
function useDeskInFront(offer: OfferView | undefined): void {
  const navigate = useNavigate()
  const callId = offer?.call_id
  useEffect(() => {
    if (callId !== undefined && !location.pathname.startsWith('/desk')) void navigate('/desk')
  }, [callId, navigate])
}

/** Leaving the page would end the call's sound: ask first. */
function useStayWarning(isInCall: boolean): void {
  useEffect(() => {
    if (!isInCall) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isInCall])
}
