/** What one who waits asks for beside his queue, and in which queue he waits: changed at once. */
import { App, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Waiting } from '@/api/types'
import { useNumber } from '@/features/calls/useNumber'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { LEVELS, useSkills } from './skills'

const NOT_NEEDED = -1

interface WaitingDialogProps {
  call: Waiting
  queueId: string
  onDone: () => void
  onClose: () => void
}

export function WaitingDialog({ call, queueId, onDone, onClose }: WaitingDialogProps) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const number = useNumber()
  const { message } = App.useApp()
  const [needs, setNeeds] = useState(call.own_needs)
  const [to, setTo] = useState(queueId)
  const [isBusy, setBusy] = useState(false)
  const skills = useSkills(Object.keys(call.own_needs))
  const queues = (useDeskOptions().data?.queues ?? []).filter((queue) => queue.is_active)
  const params = { path: { call_id: call.call_id } }
  const need = (skill: string, level: number) =>
    setNeeds((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([code]) => code !== skill))
      return level === NOT_NEEDED ? others : { ...others, [skill]: level }
    })
  const save = async () => {
    setBusy(true)
    const isDone = await attempt(async () => {
      if (!isSame(needs, call.own_needs)) await ok(http.POST('/api/supervision/calls/{call_id}/needs', { params, body: { needs } }))
      if (to !== queueId) await ok(http.POST('/api/supervision/calls/{call_id}/queue', { params, body: { queue_id: to } }))
    })
    setBusy(false)
    onDone()
    if (!isDone) return
    void message.success(t('supervision.waiting.done'))
    onClose()
  }
  const isNothing = to === queueId && isSame(needs, call.own_needs)
  return (
    <Modal
      open
      title={t('supervision.waiting.changeOf', { who: call.customer_name ?? number(call.number) })}
      onCancel={onClose}
      cancelText={t('app.record.cancel')}
      okText={t('supervision.waiting.save')}
      okButtonProps={{ disabled: isNothing, loading: isBusy }}
      onOk={() => void save()}
    >
      {skills.length > 0 && (
        <fieldset className="move-part">
          <legend>{t('supervision.waiting.skills')}</legend>
          {skills.map(({ code, name }) => (
            <label key={code} className="move-skill">
              <span>{text(name)}</span>
              <Select<number>
                size="small"
                aria-label={text(name)}
                value={needs[code] ?? NOT_NEEDED}
                options={[{ value: NOT_NEEDED, label: t('supervision.waiting.notNeeded') }, ...LEVELS.map((value) => ({ value, label: `≥ ${value}` }))]}
                onChange={(level) => need(code, level)}
                getPopupContainer={beside}
              />
            </label>
          ))}
        </fieldset>
      )}
      <fieldset className="move-part">
        <legend>{t('supervision.waiting.send')}</legend>
        <Select
          aria-label={t('supervision.waiting.send')}
          value={to}
          options={queues.map(({ queue_id, name }) => ({ value: queue_id, label: queue_id === queueId ? t('supervision.waiting.stay') : text(name) }))}
          onChange={setTo}
          getPopupContainer={beside}
          popupMatchSelectWidth={false}
        />
        <p className="faint">{t('supervision.waiting.sendHint')}</p>
      </fieldset>
    </Modal>
  )
}

const isSame = (one: Waiting['needs'], other: Waiting['needs']) =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([skill, level]) => other[skill] === level)

/** Within the dialog, where a reader of the screen finds it. */
const beside = (input: HTMLElement) => input.parentElement ?? document.body
