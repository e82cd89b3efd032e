/** Let agents serve other queues, or by other levels of skill, at once: for today, or until they are put back. */
import { App, Button, Checkbox, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { AgentView } from '@/api/types'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { levelOf, moveOf, shareOf, type Wish } from './moves'
import { LEVELS, useSkills } from './skills'

const WITHOUT = -1

type Until = 'end_of_day' | 'put_back'

export function MoveDialog({ agents, onDone, onClose }: { agents: readonly AgentView[]; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const { message } = App.useApp()
  const [wish, setWish] = useState<Wish>({ queues: {}, levels: {} })
  const [until, setUntil] = useState<Until>('end_of_day')
  const queues = (useDeskOptions().data?.queues ?? []).filter((queue) => queue.is_active)
  const skills = useSkills()
  const move = moveOf(agents, wish)
  const isNothing = move.add.length + move.remove.length + Object.keys(move.levels).length === 0
  const act = (ask: () => Promise<unknown>, said: string) =>
    void attempt(ask).then((isDone) => {
      if (!isDone) return
      void message.success(said)
      onDone()
      onClose()
    })
  const save = () => act(() => ok(http.POST('/api/supervision/moves', { body: { ...move, until } })), t('supervision.move.done'))
  const putBack = () => act(() => ok(http.POST('/api/supervision/moves/undo', { body: { agents: move.agents } })), t('supervision.move.backDone'))
  return (
    <Modal
      open
      title={t('supervision.move.title', { count: agents.length })}
      onCancel={onClose}
      footer={[
        <Button key="back" disabled={!agents.some((agent) => agent.is_moved)} onClick={putBack}>
          {t('supervision.move.back')}
        </Button>,
        <Button key="cancel" onClick={onClose}>
          {t('app.record.cancel')}
        </Button>,
        <Button key="save" type="primary" disabled={isNothing} onClick={save}>
          {t('supervision.move.save')}
        </Button>,
      ]}
    >
      <p className="move-who">{agents.map((agent) => text(agent.name)).join(' · ')}</p>
      <fieldset className="move-part">
        <legend>{t('supervision.move.queues')}</legend>
        {queues.map(({ queue_id, name }) => {
          const chosen = wish.queues[queue_id]
          const share = shareOf(agents, queue_id)
          return (
            <Checkbox
              key={queue_id}
              checked={chosen ?? share === 'all'}
              indeterminate={chosen === undefined && share === 'some'}
              onChange={(event) => setWish({ ...wish, queues: { ...wish.queues, [queue_id]: event.target.checked } })}
            >
              {text(name)}
            </Checkbox>
          )
        })}
      </fieldset>
      {skills.length > 0 && (
        <fieldset className="move-part">
          <legend>{t('supervision.move.skills')}</legend>
          {skills.map(({ code, name }) => {
            const level = code in wish.levels ? wish.levels[code] : levelOf(agents, code)
            return (
              <label key={code} className="move-skill">
                <span>{text(name)}</span>
                <Select<number>
                  size="small"
                  aria-label={text(name)}
                  value={level === undefined ? null : (level ?? WITHOUT)}
                  placeholder={t('supervision.move.differs')}
                  options={[{ value: WITHOUT, label: t('supervision.move.without') }, ...LEVELS.map((value) => ({ value, label: String(value) }))]}
                  onChange={(value) => setWish({ ...wish, levels: { ...wish.levels, [code]: value === WITHOUT ? null : value } })}
                />
              </label>
            )
          })}
        </fieldset>
      )}
      <fieldset className="move-part">
        <legend>{t('supervision.move.howLong')}</legend>
        <Radio.Group
          value={until}
          onChange={(event) => setUntil(event.target.value as Until)}
          options={[
            { value: 'end_of_day', label: t('supervision.move.endOfDay') },
            { value: 'put_back', label: t('supervision.move.putBack') },
          ]}
        />
      </fieldset>
    </Modal>
  )
}
