/** Opening hours as they are typed: a line a weekday, a line an exception. Pure. */
export interface WrittenHours {
  timezone: string
  weekly: Record<string, string[]>
  exceptions: Record<string, string[]>
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const WORKDAYS = WEEKDAYS.slice(0, 5)

export function newWeek(timezone: string): WrittenHours {
  return { timezone, weekly: Object.fromEntries(WORKDAYS.map((day) => [day, ['09:00-18:00']])), exceptions: {} }
}

/** `09:00-12:00 13:00-18:00`, with commas or blanks between, Chinese ones too. */
export function readPeriods(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter(Boolean).map((period) => period.replace(/[–—~～至]/g, '-').replace(/：/g, ':'))
}

export function writePeriods(periods: readonly string[] | undefined): string {
  return (periods ?? []).join(' ')
}

/** `2026-10-01` closes a day; `2026-10-11 09:00-12:00` opens it so. One a line. */
export function readExceptions(text: string): Record<string, string[]> {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => {
      const [day = '', ...rest] = line.split(/\s+/)
      return [day, readPeriods(rest.join(' '))]
    }),
  )
}

export function writeExceptions(exceptions: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(exceptions)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([day, periods]) => `${day} ${writePeriods(periods)}`.trim())
    .join('\n')
}
