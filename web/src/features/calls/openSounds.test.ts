import { expect, test, vi } from 'vitest'

import { microphoneInUse, moveToMicrophone, moveToSpeaker, noteMicrophoneEnded, noteOpen, whenMicrophoneEnds } from './openSounds'

const sound = (microphoneId: string | null) => ({ microphoneId, useMicrophone: vi.fn(() => Promise.resolve('Headset')), useSpeaker: vi.fn(() => Promise.resolve()) })

test('an agent and a supervisor in one tab move to another device together, and who closed does not', async () => {
  const [agent, supervisor] = [sound('a'), sound(null)]
  const agentEnds = noteOpen(agent)
  const supervisorEnds = noteOpen(supervisor)
  expect(microphoneInUse()).toBeNull()
  moveToSpeaker('s')
  expect(await moveToMicrophone('m')).toBe('Headset')
  agentEnds()
  moveToSpeaker(undefined)
  expect([agent.useSpeaker.mock.calls, supervisor.useSpeaker.mock.calls]).toEqual([[['s']], [['s'], [undefined]]])
  expect(supervisor.useMicrophone).toHaveBeenCalledWith('m')
  supervisorEnds()
})

test('without a sound nothing is moved', async () => {
  expect(microphoneInUse()).toBeUndefined()
  expect(await moveToMicrophone('m')).toBeNull()
})

test('a microphone that ended is told until nobody listens any more', () => {
  const told = vi.fn()
  const stop = whenMicrophoneEnds(told)
  noteMicrophoneEnded()
  stop()
  noteMicrophoneEnded()
  expect(told).toHaveBeenCalledTimes(1)
})
