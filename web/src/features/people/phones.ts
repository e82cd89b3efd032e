/** Which phones are meant by what was typed. */
import type { Phone } from '@/api/types'

/** By extension, a name in either language, or what a phone calls itself. Spaces around it, and upper case, mean nothing. */
export function found(phones: readonly Phone[], typed: string): Phone[] {
  const wanted = typed.trim().toLowerCase()
  const says = (text: string) => text.toLowerCase().includes(wanted)
  return phones.filter(({ extension, name, devices }) => says(extension) || Object.values(name).some(says) || devices.some((device) => says(device.user_agent)))
}
