/** A device that goes away takes no call with it: the usual one is used instead, and the chosen one again when it is back. */
import { App } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { deviceChanges, type DeviceChange, type Found } from './deviceChange'
import { chosenDevice } from './devices'
import { microphoneInUse, moveToMicrophone, moveToSpeaker, whenMicrophoneEnds } from './openSounds'
import { ringer } from './ringer'

const READABLE_S = 8

/** Shows nothing: whoever has a sound in this tab, as agent or as supervisor, is kept on a device that is there. */
export function DeviceWatch(): null {
  const notice = useNotices()
  const latest = useRef(notice)
  useEffect(() => {
    latest.current = notice
  })
  useEffect(() => watch((...said) => latest.current(...said)), [])
  return null
}

type Say = (kind: 'info' | 'warning' | 'error', key: Words, facts: { name: string; now: string }) => void
type Words = 'microphoneLost' | 'microphoneBack' | 'microphoneNone' | 'microphoneFound' | 'speakerLost' | 'speakerBack' | 'ringerLost' | 'ringerBack'

function useNotices(): Say {
  const { t } = useTranslation()
  const { message } = App.useApp()
  return (kind, key, facts) => {
    const named = { name: facts.name || t('calls.device.another'), now: facts.now || t('calls.device.another') }
    const device = key.replace(/[A-Z].*/, '') // what is said of a device takes the place of what was said before
    void message.open({ type: kind, key: device, content: t(`calls.device.${key}`, named), duration: kind === 'error' ? 0 : READABLE_S })
  }
}

/** One change after another: a headset goes as several devices at once. */
function watch(say: Say): () => void {
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (media === undefined) return () => undefined
  let known: readonly Found[] = []
  let turn: Promise<void> = media.enumerateDevices().then((found) => void (known = found))
  const look = () => {
    turn = turn.then(async () => {
      const now = await media.enumerateDevices()
      const chosen = { microphoneId: chosenDevice('microphoneId'), speakerId: chosenDevice('speakerId'), ringerId: chosenDevice('ringerId') }
      const changes = deviceChanges(known, now, chosen)
      known = now
      for (const change of changes) await follow(change, say)
      if (microphoneInUse() === null) await takeAnyMicrophone('', say) // none before: one may have come
    })
  }
  const stopEars = whenMicrophoneEnds(look)
  media.addEventListener('devicechange', look)
  return () => {
    stopEars()
    media.removeEventListener('devicechange', look)
  }
}

async function follow({ what, how, name }: DeviceChange, say: Say): Promise<void> {
  const isLost = how === 'lost'
  const kind = isLost ? 'warning' : 'info'
  switch (what) {
    case 'microphone':
      if (isLost) await takeAnyMicrophone(name, say)
      else if ((await moveToMicrophone(chosenDevice('microphoneId')).catch(() => null)) !== null) say('info', 'microphoneBack', { name, now: name })
      return
    case 'speaker':
      moveToSpeaker(isLost ? undefined : chosenDevice('speakerId'))
      say(kind, isLost ? 'speakerLost' : 'speakerBack', { name, now: '' })
      return
    case 'ringer':
      await ringer.useSpeaker(isLost ? undefined : chosenDevice('ringerId'))
      say(kind, isLost ? 'ringerLost' : 'ringerBack', { name, now: '' })
  }
}

/** `lost`: the name of the one that is gone; '' where there was none. */
async function takeAnyMicrophone(lost: string, say: Say): Promise<void> {
  try {
    const now = await moveToMicrophone(undefined)
    if (now !== null) say('warning', lost === '' ? 'microphoneFound' : 'microphoneLost', { name: lost, now })
  } catch {
    say('error', 'microphoneNone', { name: '', now: '' })
  }
}
