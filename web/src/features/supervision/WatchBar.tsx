/** The call a supervisor is in, on whichever page he is: who hears him now, the other modes, and the ways out. */
import { App } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { WatchView } from '@/api/types'
import { useMe } from '@/features/calls/useMe'
import { onTick } from '@/live/ticker'
import { Act } from '@/ui/Act'
import { useAttempt } from '@/ui/refusal'
import { Since } from '@/ui/Since'
import { useText } from '@/ui/useLanguage'
import { followWatch, leave, useEar, type Mode } from './ear'
import { useBeIn } from './useBeIn'
import './supervision.css'

export const MODES: readonly Mode[] = ['monitor', 'whisper', 'barge']

export function WatchBar() {
  const me = useMe()
  const watch = me?.watch
  const call = me?.call
  const hasEar = useEar()
  useEffect(() => {
    const follow = () => followWatch(watch, call)
    follow()
    return onTick(follow)
  }, [watch, call, hasEar])
  return watch === undefined ? null : <Bar watch={watch} />
}

function Bar({ watch }: { watch: WatchView }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const beIn = useBeIn()
  const { modal } = App.useApp()
  const mode = watch.mode as Mode
  const whyNotTake = watch.agent_id === null ? t('supervision.noAgent') : watch.is_up ? null : t('supervision.phoneRings')
  const endCall = () =>
    void modal.confirm({
      title: t('supervision.endTitle', { agent: text(watch.agent_name) }),
      content: t('supervision.endWhat'),
      okText: t('supervision.end'),
      okButtonProps: { danger: true },
      onOk: () => attempt(() => ok(http.POST('/api/supervision/calls/{call_id}/hang-up', { params: { path: { call_id: watch.call_id } } }))),
    })
  return (
    <section className={`watch-bar is-${mode}`} aria-label={t('supervision.label')}>
      <span role="status">
        <b>{t(`supervision.mode.${mode}`)}</b> {text(watch.agent_name)} · {t(watch.is_up ? `supervision.heardBy.${mode}` : 'supervision.phoneRings')}
      </span>
      <Since instant={watch.since} />
      <span className="watch-modes" role="group" aria-label={t('supervision.modes')}>
        {MODES.map((one) => (
          <Act key={one} size="small" aria-pressed={one === mode} className={one === mode ? 'act-on' : ''} act={() => beIn(watch.call_id, one)}>
            {t(`supervision.mode.${one}`)}
          </Act>
        ))}
      </span>
      <Act
        size="small"
        whyNot={whyNotTake}
        act={() => void attempt(() => ok(http.POST('/api/supervision/calls/{call_id}/take-over', { params: { path: { call_id: watch.call_id } } })))}
      >
        {t('supervision.takeOver')}
      </Act>
      <Act size="small" act={() => void attempt(leave)}>
        {t('supervision.leave')}
      </Act>
      <Act size="small" danger className="watch-end" act={endCall}>
        {t('supervision.end')}
      </Act>
    </section>
  )
}
