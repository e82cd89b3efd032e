/** Which microphone and which loudspeakers; what was chosen is kept in this browser. */
import type { Devices } from './audioCall'

const KEPT = { microphoneId: 'banjie.microphone', speakerId: 'banjie.speaker', ringerId: 'banjie.ringer' } as const

export type DeviceUse = keyof typeof KEPT

export function chosenDevice(use: DeviceUse): string | undefined {
  return localStorage.getItem(KEPT[use]) ?? undefined
}

export function chosenDevices(): Devices {
  return { microphoneId: chosenDevice('microphoneId'), speakerId: chosenDevice('speakerId') }
}

export function chooseDevice(use: DeviceUse, deviceId: string | undefined): void {
  if (deviceId === undefined) localStorage.removeItem(KEPT[use])
  else localStorage.setItem(KEPT[use], deviceId)
}
