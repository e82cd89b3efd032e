/** Choose headset and loudspeakers, hear the ring and oneself before it matters. Kept on this computer. */
import { SoundOutlined } from '@ant-design/icons'
import { Alert, Button, Popover, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useAnswered } from '@/features/calls/answeredCall'
import { moveToMicrophone, moveToSpeaker } from '@/features/calls/openSounds'
import { AudioTrouble, openMicrophone, type Trouble } from '@/features/calls/audioCall'
import { chooseDevice, chosenDevice, type DeviceUse } from '@/features/calls/devices'
import { ringer } from '@/features/calls/ringer'
import { Act } from '@/ui/Act'
import { useOffered } from '@/ui/commands'
import { inMain } from '@/ui/inMain'
import { useKey } from '@/ui/keyboard'
import { SelfTest } from './SelfTest'
import { useDevices, useIsMicrophoneDenied } from './useDevices'

export function SoundDevices() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const open = () => setOpen(true)
  useKey('sound', open)
  useOffered([{ id: 'sound', title: t('routing.sound.title'), also: ['headset', 'microphone', t('routing.sound.microphone'), t('routing.sound.check')], whyNot: null, key: 'sound', run: open }])
  return (
    <Popover trigger="click" open={isOpen} onOpenChange={setOpen} placement="bottomRight" getPopupContainer={inMain} title={t('routing.sound.title')} content={<Devices close={() => setOpen(false)} />} destroyOnHidden>
      <Button icon={<SoundOutlined />} aria-label={t('routing.sound.open')} title={t('routing.sound.open')} aria-expanded={isOpen} aria-haspopup="dialog" />
    </Popover>
  )
}

function Devices({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const [found, lookAgain] = useDevices()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [isTesting, setTesting] = useState(false)
  const isDenied = useIsMicrophoneDenied()
  const isInCall = useAnswered() !== null
  const shown = isDenied ? 'microphone_refused' : trouble
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [close])

  const tell = (cause: unknown) => setTrouble(cause instanceof AudioTrouble ? cause.trouble : 'microphone_busy')
  const grant = async () => {
    setTrouble(null)
    try {
      const stream = await openMicrophone()
      for (const track of stream.getTracks()) track.stop()
      lookAgain()
    } catch (cause) {
      tell(cause)
    }
  }
  const hearRing = async () => {
    await ringer.unlock()
    await ringer.useSpeaker(chosenDevice('ringerId'))
    ringer.test()
  }
  const choose = (use: DeviceUse, deviceId: string | undefined) => {
    setTrouble(null)
    setTesting(false)
    chooseDevice(use, deviceId)
    if (use === 'speakerId') moveToSpeaker(deviceId)
    if (use === 'microphoneId') moveToMicrophone(deviceId).catch(tell)
    if (use === 'ringerId') void ringer.useSpeaker(deviceId)
  }
  const isUnnamed = found.every((device) => device.label === '') // names come with the permission
  const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype
  const outputs = found.filter((device) => device.kind === 'audiooutput')
  return (
    <div className="sound-devices" role="group" aria-label={t('routing.sound.title')}>
      {shown !== null && <Alert type="error" showIcon role="alert" title={t(`routing.mic.${shown}`)} />}
      {isUnnamed && !isDenied && (
        <div>
          {t('routing.sound.grant')}{' '}
          <Button size="small" onClick={() => void grant()}>
            {t('routing.sound.grantNow')}
          </Button>
        </div>
      )}
      <Choice use="microphoneId" label={t('routing.sound.microphone')} devices={found.filter((device) => device.kind === 'audioinput')} choose={choose} />
      {canChooseOutput && <Choice use="speakerId" label={t('routing.sound.speaker')} devices={outputs} choose={choose} />}
      {canChooseOutput && <Choice use="ringerId" label={t('routing.sound.ringer')} devices={outputs} choose={choose} />}
      {isTesting && <SelfTest onTrouble={tell} />}
      <div className="sound-tests">
        <Act
          whyNot={isInCall ? t('routing.sound.inCall') : null}
          aria-pressed={isTesting}
          act={() => {
            setTrouble(null)
            setTesting(!isTesting)
          }}
        >
          {t(isTesting ? 'routing.sound.checkStop' : 'routing.sound.check')}
        </Act>
        <Button onClick={() => void hearRing()}>{t('routing.sound.test')}</Button>
      </div>
      <small className="faint">{t('routing.sound.remembered')}</small>
    </div>
  )
}

interface ChoiceProps {
  use: DeviceUse
  label: string
  devices: MediaDeviceInfo[]
  choose: (use: DeviceUse, deviceId: string | undefined) => void
}

function Choice({ use, label, devices, choose }: ChoiceProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(chosenDevice(use) ?? '')
  const named = devices
    .filter((device) => device.deviceId !== '' && device.deviceId !== 'default')
    .map((device, index) => ({ value: device.deviceId, label: device.label || t('routing.sound.unnamed', { number: index + 1 }) }))
  const isGone = chosen !== '' && devices.length > 0 && !named.some((device) => device.value === chosen)
  return (
    <label>
      {label}
      <Select
        aria-label={label}
        value={isGone ? '' : chosen}
        options={[{ value: '', label: t('routing.sound.usual') }, ...named]}
        onChange={(deviceId) => {
          setChosen(deviceId)
          choose(use, deviceId === '' ? undefined : deviceId)
        }}
      />
    </label>
  )
}
