/** Every sound open in this tab, the agent's or a supervisor's: all of them speak and play on the same devices. */
export interface OpenSound {
  readonly microphoneId: string | null // null: it was unplugged
  useMicrophone(microphoneId: string | undefined): Promise<string>
  useSpeaker(speakerId: string | undefined): Promise<void>
}

const open = new Set<OpenSound>()
const listeners = new Set<() => void>()

/** Returns what to call when it is closed. */
export function noteOpen(sound: OpenSound): () => void {
  open.add(sound)
  return () => open.delete(sound)
}

export function noteMicrophoneEnded(): void {
  for (const listener of listeners) listener()
}

/** Be told when the microphone of an open sound goes away. */
export function whenMicrophoneEnds(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function moveToSpeaker(speakerId: string | undefined): void {
  for (const sound of open) void sound.useSpeaker(speakerId)
}

/** Speak into another microphone; returns its name, null where no sound is open. Throws `AudioTrouble`: all goes on as it was. */
export async function moveToMicrophone(microphoneId: string | undefined): Promise<string | null> {
  let name: string | null = null
  for (const sound of [...open]) name = await sound.useMicrophone(microphoneId)
  return name
}

/** The microphone that is spoken into; null: it was unplugged; undefined: no sound is open. */
export function microphoneInUse(): string | null | undefined {
  const all = [...open].map((sound) => sound.microphoneId)
  return all.includes(null) ? null : all[0]
}
