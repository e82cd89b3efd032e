/** What is asked of a trunk. */
import type { TFunction } from 'i18next'

import type { Trunk, TrunkIn } from '@/api/types'
import type { Field } from '@/ui/record/fields'

export const newTrunk: TrunkIn = { name: '', servers: [], transport: 'udp', networks: [], username: null, password: null, must_prove: false, has_in_band_digits: false, transfers_by_refer: false, is_active: true }

export function trunkValues({ name, servers, transport, networks, username, must_prove, has_in_band_digits, transfers_by_refer, is_active }: Trunk): TrunkIn {
  return { ...newTrunk, name, servers, transport: transport as TrunkIn['transport'], networks, username, must_prove, has_in_band_digits, transfers_by_refer, is_active }
}

export function trunkFields(t: TFunction, hasPassword: boolean): Field[] {
  return [
    { kind: 'text', name: 'name', label: t('numbers.name'), hint: t('numbers.trunks.nameHint'), isNeeded: true },
    { kind: 'lines', name: 'servers', label: t('numbers.trunks.servers'), hint: t('numbers.trunks.serversHint'), placeholder: 'sip.example.com\n192.0.2.1:5060' },
    {
      kind: 'choice',
      name: 'transport',
      label: t('numbers.trunks.transport'),
      options: ['udp', 'tcp', 'tls'].map((value) => ({ value, label: value.toUpperCase() })),
    },
    { kind: 'lines', name: 'networks', label: t('numbers.trunks.networks'), hint: t('numbers.trunks.networksHint'), placeholder: '192.0.2.0/24' },
    { kind: 'text', name: 'username', label: t('numbers.trunks.username'), hint: t('numbers.trunks.usernameHint') },
    { kind: 'secret', name: 'password', label: t('numbers.trunks.password'), hint: t('numbers.trunks.passwordHint'), ...(hasPassword ? { placeholder: t('numbers.trunks.passwordKept') } : {}) },
    { kind: 'check', name: 'must_prove', label: t('numbers.trunks.mustProve'), hint: t('numbers.trunks.mustProveHint') },
    { kind: 'check', name: 'has_in_band_digits', label: t('numbers.trunks.inBand'), hint: t('numbers.trunks.inBandHint') },
    { kind: 'check', name: 'transfers_by_refer', label: t('numbers.trunks.byRefer'), hint: t('numbers.trunks.byReferHint') },
    { kind: 'check', name: 'is_active', label: t('numbers.trunks.isActive'), hint: t('numbers.trunks.isActiveHint') },
  ]
}
