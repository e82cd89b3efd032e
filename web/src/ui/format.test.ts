import { expect, test } from 'vitest'

import { dateAndTime, dayAndMinute, duration, percent, phone, secondsSince, timeOfDay } from './format'
import { preferredLanguage } from './preferredLanguage'

test.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [65, '1:05'],
  [3723, '1:02:03'],
  [-3, '0:00'],
])('%s seconds are %s', (seconds, shown) => expect(duration(seconds)).toBe(shown))

test.each([
  ['138****1234', '138 **** 1234'],
  ['13812341234', '138 1234 1234'],
  ['4000000001', '400-000-0001'],
  ['1001', '1001'],
  ['010****5678', '010****5678'],
  ['', '—'],
])('%s is printed %s', (number, shown) => expect(phone(number)).toBe(shown))

test('a ratio is printed as percent, an unknown one as a dash', () => {
  expect([percent(0.8449), percent(1), percent(0), percent(null)]).toEqual(['84.5%', '100%', '0.0%', '—'])
})

test('times are told in the zone of the site', () => {
  expect(timeOfDay('2026-11-23T16:30:05Z', 'zh', 'Asia/Shanghai')).toBe('00:30:05')
  expect(dateAndTime('2026-11-23T16:30:05Z', 'zh', 'Asia/Shanghai')).toBe('2026/11/24 00:30:05')
  expect(dateAndTime('2026-11-23T16:30:05Z', 'en', 'Asia/Shanghai')).toBe('24 Nov 2026, 00:30:05')
  expect(dayAndMinute('2026-11-23T16:30:05Z', 'zh', 'Asia/Shanghai')).toBe('11/24 00:30')
  expect(dayAndMinute('2026-11-23T16:30:05Z', 'en', 'Asia/Shanghai')).toBe('24 Nov, 00:30')
})

test('seconds since an instant', () => expect(secondsSince('2026-11-23T00:00:00Z', Date.parse('2026-11-23T00:01:00Z'))).toBe(60))

test.each([
  ['en', ['zh-CN'], 'en'],
  [null, ['en-US', 'zh-CN'], 'en'],
  [null, ['fr', 'zh-TW'], 'zh'],
  [null, ['fr'], 'zh'],
  ['xx', [], 'zh'],
] as const)('kept %s and asked %s: %s', (kept, asked, language) => expect(preferredLanguage(kept, asked)).toBe(language))
