import { describe, expect, it } from 'vitest'

import type { Phone } from '@/api/types'
import { found } from './phones'

const phone = (extension: string, name: Record<string, string>, ...agents: string[]): Phone => ({
  user_id: extension,
  name,
  extension,
  is_active: true,
  is_blocked: false,
  has_own_password: true,
  devices: agents.map((user_agent) => ({ host: '10.0.0.1', transport: 'udp', is_natted: false, user_agent, since_s_ago: 1, renewed_s_ago: 1, expires_in_s: 1 })),
})
const ANN = phone('1001', { zh: '安妮', en: 'Ann' }, 'Yealink SIP-T46U', 'Linphone')
const BOB = phone('1002', { zh: '博博', en: 'Bob' })

describe('found', () => {
  it.each([
    ['', ['1001', '1002']],
    [' 1002 ', ['1002']],
    ['安', ['1001']],
    ['BOB', ['1002']],
    ['linphone', ['1001']],
    ['10.0.0', []], // where somebody is: not asked for
  ])('%j', (typed, extensions) => {
    expect(found([ANN, BOB], typed).map((one) => one.extension)).toEqual(extensions)
  })
})
