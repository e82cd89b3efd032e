/** What this tab does about the sound of the agent's call: the rule, apart from microphones and servers. */

interface InHand {
  readonly call_id: string
  readonly leg_id: string | null // whose sound it is now; null: nobody's
}

interface Here {
  readonly callId: string
  readonly legId: string | null // null: being opened
}

export type SoundStep = 'stay' | 'close' | 'rejoin'

/**
 * Laws: a call that is over has no sound; a sound that another page took over is given up; one that was lost, or that this
 * tab had before it was reloaded, is taken up again. `isAwaited`: what was opened here is not among what the server shows yet.
 */
export function soundStep(here: Here | null, call: InHand | undefined, isAwaited: boolean, kept: string | null): SoundStep {
  if (here === null) return call !== undefined && call.call_id === kept ? 'rejoin' : 'stay'
  if (here.legId === null || isAwaited) return 'stay'
  if (call?.call_id !== here.callId) return 'close'
  if (call.leg_id === null) return 'rejoin'
  return call.leg_id === here.legId ? 'stay' : 'close'
}
