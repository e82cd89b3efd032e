/** Opening hours: a line for each weekday, and the days that are different. */
import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { newWeek, readExceptions, readPeriods, WEEKDAYS, writeExceptions, writePeriods, type WrittenHours } from './week'
import './hours.css'

export function HoursInput({ value, onChange }: { value?: WrittenHours; onChange?: (hours: WrittenHours) => void }) {
  const { t } = useTranslation()
  const hours = value ?? newWeek('Asia/Shanghai')
  const [exceptions, setExceptions] = useState(() => writeExceptions(hours.exceptions))
  const change = (part: Partial<WrittenHours>) => onChange?.({ ...hours, ...part })
  const changeDay = (day: string, text: string) => change({ weekly: { ...hours.weekly, [day]: readPeriods(text) } })
  return (
    <div className="hours-input">
      <label>
        <span>{t('numbers.hours.timezone')}</span>
        <Input value={hours.timezone} onChange={(event) => change({ timezone: event.target.value.trim() })} />
      </label>
      {WEEKDAYS.map((day) => (
        <label key={day}>
          <span>{t(`numbers.hours.days.${day}`)}</span>
          <Input className="digits" defaultValue={writePeriods(hours.weekly[day])} placeholder={t('numbers.hours.closedDay')} onChange={(event) => changeDay(day, event.target.value)} />
        </label>
      ))}
      <label>
        <span>{t('numbers.hours.exceptions')}</span>
        <Input.TextArea
          className="digits"
          value={exceptions}
          autoSize={{ minRows: 2, maxRows: 8 }}
          placeholder={'2026-10-01\n2026-10-11 09:00-12:00'}
          onChange={(event) => {
            setExceptions(event.target.value)
            change({ exceptions: readExceptions(event.target.value) })
          }}
        />
      </label>
      <p className="faint">{t('numbers.hours.exceptionsHint')}</p>
    </div>
  )
}
