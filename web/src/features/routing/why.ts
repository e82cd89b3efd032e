/** Why a control of the state bar cannot be used now; null when it can. Pure: the words are chosen by the bar. */
export type WhyNot = 'noView' | 'alreadyReady' | 'busy' | 'acwFirst' | 'alreadyOut' | 'outBusy' | 'deviceBusy' | 'noBreak'

const IN_CALL = ['RINGING', 'TALKING', 'HELD', 'DIALING']

export function whyNotReady(state: string | undefined): WhyNot | null {
  if (state === undefined) return 'noView'
  if (state === 'READY') return 'alreadyReady'
  if (state === 'ACW') return 'acwFirst'
  return IN_CALL.includes(state) ? 'busy' : null
}

/** A break may be asked for in a call too: it comes after it. */
export function whyNoBreak(state: string | undefined, reasonsCount: number): WhyNot | null {
  if (state === undefined) return 'noView'
  return reasonsCount === 0 ? 'noBreak' : null
}

/** In a call, signing out comes after it, as a break does. */
export function whyNotOut(state: string | undefined): WhyNot | null {
  if (state === undefined) return 'noView'
  if (state === 'OFFLINE') return 'alreadyOut'
  return state === 'RINGING' ? 'outBusy' : null
}

export function whyNoDeviceChange(state: string | undefined): WhyNot | null {
  if (state === undefined) return 'noView'
  return state === 'BREAK' || state === 'OFFLINE' ? null : 'deviceBusy'
}
