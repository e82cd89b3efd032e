/** Which commands are meant by what was typed, the likeliest first. Pure but for the dictionary of pinyin. */
import pinyin from 'pinyin-match'

import type { Command } from '@/ui/commands'

export const SHOWN_MAX = 50

/** Laws: every word typed is found in the command; what fits better stands first, then what was used lately, then what can be done now. */
export function rank(commands: readonly Command[], typed: string, recent: readonly string[]): Command[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const scored = commands.map((command, at) => ({ command, at, fit: fitOf(command, words), used: recent.indexOf(command.id) }))
  const found = scored.filter(({ fit }) => fit > 0)
  found.sort(
    (a, b) =>
      b.fit - a.fit ||
      Number(b.used >= 0) - Number(a.used >= 0) ||
      a.used - b.used ||
      Number(a.command.whyNot !== null) - Number(b.command.whyNot !== null) ||
      a.at - b.at,
  )
  return found.slice(0, SHOWN_MAX).map(({ command }) => command)
}

/** 0: something typed is not there; with nothing typed all fit alike. */
function fitOf(command: Command, words: readonly string[]): number {
  if (words.length === 0) return 1
  const whole = fitIn(command, words.join(''))
  const apart = Math.min(...words.map((word) => fitIn(command, word)))
  return Math.max(whole, apart)
}

function fitIn({ title, also = [] }: Command, word: string): number {
  return Math.max(fitOfText(title, word), ...also.map((text) => fitOfText(text, word) - 0.5))
}

function fitOfText(text: string, word: string): number {
  const plain = text.toLowerCase()
  if (plain.startsWith(word)) return 6
  if (new RegExp(`(^|[^\\p{L}\\d])${escaped(word)}`, 'u').test(plain)) return 5
  if (plain.includes(word)) return 4
  const place = pinyin.match(text, word)
  if (place !== false) return place[0] === 0 ? 3.5 : 3
  return word.length >= 2 && isInitials(plain, word) ? 2 : 0
}

/** Whether the letters are the first letters of words one after another: "gt" of "go to". */
function isInitials(text: string, word: string): boolean {
  const initials = (text.match(/[a-z]+/g) ?? []).map((one) => one[0]).join('')
  return initials.includes(word)
}

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
