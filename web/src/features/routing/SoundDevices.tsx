/** Choose headset and loudspeakers; hear the ring before it matters. */
import { SoundOutlined } from '@ant-design/icons'
import { Button, Popover, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { moveToSpeaker } from '@/features/calls/answeredCall'
import { openMicrophone } from '@/features/calls/audioCall'
import { chooseDevice, chosenDevice, type DeviceUse } from '@/features/calls/devices'
import { ringer } from '@/features/calls/ringer'

export function SoundDevices() {
  const { t } = useTranslation()
  return (
    <Popover trigger="click" placement="bottomRight" title={t('routing.sound.title')} content={<Devices />} destroyOnHidden>
      <Button icon={<SoundOutlined />} aria-label={t('routing.sound.open')} title={t('routing.sound.open')} />
    </Popover>
  )
}

function Devices() {
  const { t } = useTranslation()
  const [found, setFound] = useState<MediaDeviceInfo[]>([])
  const media = navigator.mediaDevices as MediaDevices | undefined

  useEffect(() => {
    if (media === undefined) return
    const look = () => void media.enumerateDevices().then(setFound)
    look()
    media.addEventListener('devicechange', look)
    return () => media.removeEventListener('devicechange', look)
  }, [media])

  const isUnnamed = found.every((device) => device.label === '') // names come with the permission
  const grant = async () => {
    const stream = await openMicrophone().catch(() => null)
    stream?.getTracks().forEach((track) => track.stop())
    if (media !== undefined) setFound(await media.enumerateDevices())
  }
  const test = async () => {
    await ringer.unlock()
    await ringer.useSpeaker(chosenDevice('ringerId'))
    ringer.test()
  }
  const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype
  return (
    <div className="sound-devices">
      {isUnnamed && (
        <div>
          {t('routing.sound.grant')}{' '}
          <Button size="small" onClick={() => void grant()}>
            {t('routing.sound.grantNow')}
          </Button>
        </div>
      )}
      <Choice use="microphoneId" label={t('routing.sound.microphone')} devices={found.filter((d) => d.kind === 'audioinput')} />
      {canChooseOutput && <Choice use="speakerId" label={t('routing.sound.speaker')} devices={found.filter((d) => d.kind === 'audiooutput')} />}
      {canChooseOutput && <Choice use="ringerId" label={t('routing.sound.ringer')} devices={found.filter((d) => d.kind === 'audiooutput')} />}
      <Button onClick={() => void test()}>{t('routing.sound.test')}</Button>
    </div>
  )
}

function Choice({ use, label, devices }: { use: DeviceUse; label: string; devices: MediaDeviceInfo[] }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(chosenDevice(use) ?? '')
  const named = devices
    .filter((device) => device.deviceId !== '' && device.deviceId !== 'default')
    .map((device, index) => ({ value: device.deviceId, label: device.label || t('routing.sound.unnamed', { number: index + 1 }) }))
  const choose = (deviceId: string) => {
    setChosen(deviceId)
    chooseDevice(use, deviceId === '' ? undefined : deviceId)
    if (use === 'speakerId') moveToSpeaker(deviceId)
  }
  return (
    <label>
      {label}
      <Select aria-label={label} value={chosen} onChange={choose} options={[{ value: '', label: t('routing.sound.usual') }, ...named]} />
    </label>
  )
}
