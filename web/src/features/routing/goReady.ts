/** Going ready is the gesture that opens the way for sound: ring, microphone, notifications, this tab. */
import { http, ok } from '@/api/client'
import { openMicrophone } from '@/features/calls/audioCall'
import { chosenDevice } from '@/features/calls/devices'
import { ringer } from '@/features/calls/ringer'
import { takeRing } from '@/features/calls/ringLeader'

export type Device = 'browser' | 'phone'
export type AskedState = 'READY' | 'BREAK' | 'OFFLINE'

const DEVICE_KEPT = 'banjie.device'

export function keptDevice(): Device {
  return localStorage.getItem(DEVICE_KEPT) === 'phone' ? 'phone' : 'browser'
}

export function keepDevice(device: Device): void {
  localStorage.setItem(DEVICE_KEPT, device)
}

/** Call straight from the click or the key. Throws `AudioTrouble` or `Refused`; then nothing has changed. */
export async function goReady(device: Device): Promise<void> {
  takeRing()
  const unlocked = ringer.unlock()
  askForNotifications()
  if (device === 'browser') {
    const microphone = await openMicrophone(chosenDevice('microphoneId'))
    for (const track of microphone.getTracks()) track.stop() // it was the permission we wanted
  }
  await unlocked
  await ringer.useSpeaker(chosenDevice('ringerId'))
  await setState('READY', null, device)
  ringer.test()
}

export async function setState(state: AskedState, reason: string | null, device: Device): Promise<void> {
  await ok(http.POST('/api/desk/state', { body: { state, reason, device } }))
}

function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}
