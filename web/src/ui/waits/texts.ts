/** The expected wait, as short as it can be shown. */
export const zh = {
  underAMinute: '不到 1 分钟',
  upTo: '最多 {{high}} 分钟',
  range: '{{low}}–{{high}} 分钟',
  overLongest: '超过 {{longest}} 分钟',
  maybeOverLongest: '可能超过 {{longest}} 分钟',
}

export const en: typeof zh = {
  underAMinute: 'under a minute',
  upTo: 'up to {{high}} min',
  range: '{{low}}–{{high}} min',
  overLongest: 'over {{longest}} min',
  maybeOverLongest: 'maybe over {{longest}} min',
}
