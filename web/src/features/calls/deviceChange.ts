/** What it means for the chosen devices that others are plugged in now than before. Pure. */
export interface Found {
  readonly deviceId: string
  readonly kind: string // audioinput, audiooutput
  readonly label: string
}

export interface Chosen {
  readonly microphoneId?: string | undefined
  readonly speakerId?: string | undefined
  readonly ringerId?: string | undefined
}

export type What = 'microphone' | 'speaker' | 'ringer'

export interface DeviceChange {
  readonly what: What
  readonly how: 'lost' | 'back'
  readonly name: string
}

const KINDS = { microphone: 'audioinput', speaker: 'audiooutput', ringer: 'audiooutput' } as const

/** Only what was chosen is told of: the browser itself follows the system's usual devices. */
export function deviceChanges(before: readonly Found[], now: readonly Found[], chosen: Chosen): DeviceChange[] {
  const wanted: readonly (readonly [What, string | undefined])[] = [
    ['microphone', chosen.microphoneId],
    ['speaker', chosen.speakerId],
    ['ringer', chosen.ringerId],
  ]
  return wanted.flatMap(([what, id]): DeviceChange[] => {
    const find = (devices: readonly Found[]) => devices.find((device) => device.deviceId === id && device.kind === KINDS[what])
    const [was, is] = [find(before), find(now)]
    if (was !== undefined && is === undefined) return [{ what, how: 'lost', name: was.label }]
    return was === undefined && is !== undefined ? [{ what, how: 'back', name: is.label }] : []
  })
}
