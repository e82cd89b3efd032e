/** How numbers and times are printed. Pure; zones and languages are arguments. */

/** 0:07, 12:45, 1:02:03. Never negative. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const s = String(whole % 60).padStart(2, '0')
  const m = Math.floor(whole / 60) % 60
  const h = Math.floor(whole / 3600)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Seconds since an instant of the server. */
export function secondsSince(instant: string, nowMs: number): number {
  return (nowMs - Date.parse(instant)) / 1000
}

const NOT_A_NUMBER = '—'

/** Group a number for reading: 138 **** 1234, 400-000-0001; others as they came. */
export function phone(number: string): string {
  if (/^1[\d*]{10}$/.test(number)) return `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`
  if (/^[48]00[\d*]{7}$/.test(number)) return `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`
  return number || NOT_A_NUMBER
}

export function percent(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined ? NOT_A_NUMBER : `${(ratio * 100).toFixed(ratio === 1 ? 0 : 1)}%`
}

export function timeOfDay(instant: string, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    new Date(instant),
  )
}

export function dateAndTime(instant: string, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone,
    year: 'numeric',
    month: language === 'zh' ? '2-digit' : 'short', // 05/11 is two days, by who reads it
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant))
}

function localeOf(language: string): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB'
}

/** A day near by, without its year and its seconds: what a list of things to come shows. */
export function dayAndMinute(instant: string, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone,
    month: language === 'zh' ? '2-digit' : 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant))
}
