export const zh = {
  title: '号码',
  number: '号码',
  name: '名称',
  script: '呼叫脚本',
  version: '版本',
  state: '当前',
  open: '服务中',
  closed: '非服务时间',
  none: '未设置',
}

export const en: typeof zh = {
  title: 'Numbers',
  number: 'Number',
  name: 'Name',
  script: 'Call script',
  version: 'Version',
  state: 'Now',
  open: 'Open',
  closed: 'Closed',
  none: 'none',
}
