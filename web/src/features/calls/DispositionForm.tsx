/** What the call was: one code, required, and a note. Begun in the call, saved after it, or late; a reload loses nothing. */
import { Input, Radio, type InputRef } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Choice } from '@/api/types'
import { useDeskOptions } from '@/features/routing/useDeskOptions'
import { Act } from '@/ui/Act'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { forgetDraft, useDraft } from './dispositionDraft'
import { findDispositions, groupDispositions } from './dispositions'

const FILTER_FROM = 16 // fewer codes are read faster than searched
const NOTE_CHARS = 2000

interface Form {
  callId: string
  when: 'inCall' | 'afterCall' | 'late'
  onSaved?: (code: string, note: string) => void
}

export function DispositionForm({ callId, when, onSaved }: Form) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [draft, change] = useDraft(callId)
  const [isBusy, setBusy] = useState(false)
  const submit = async () => {
    if (draft.code === null) return
    setBusy(true)
    const body = { code: draft.code, note: draft.note }
    const isSaved = await attempt(() => ok(http.POST('/api/desk/calls/{call_id}/disposition', { params: { path: { call_id: callId } }, body })))
    setBusy(false)
    if (!isSaved) return
    forgetDraft(callId)
    onSaved?.(draft.code, draft.note)
  }
  const noteId = useId()
  const choices = useDeskOptions().data?.dispositions ?? []
  const isNoteNeeded = choices.some((choice) => choice.code === draft.code && choice.needs_note)
  const missing = draft.code === null ? t('calls.acw.chooseFirst') : isNoteNeeded && draft.note.trim() === '' ? t('calls.acw.noteFirst') : null
  const whyNot = when === 'inCall' ? t('calls.acw.afterCall') : missing
  return (
    <div className="disposition">
      <Codes choices={choices} chosen={draft.code} choose={(code) => change({ ...draft, code })} takesFocus={when !== 'inCall'} />
      <div className="disposition-note">
        <label htmlFor={noteId}>
          {t('calls.acw.note')} {isNoteNeeded && <em>{t('calls.acw.noteRequired')}</em>}
        </label>
        <Input.TextArea
          id={noteId}
          rows={2}
          maxLength={NOTE_CHARS}
          value={draft.note}
          aria-required={isNoteNeeded}
          placeholder={t(isNoteNeeded ? 'calls.acw.noteNeededPlaceholder' : 'calls.acw.notePlaceholder')}
          onChange={(event) => change({ ...draft, note: event.target.value })}
        />
        <Act type="primary" {...(when === 'late' ? {} : { byKey: 'submit' })} loading={isBusy} whyNot={whyNot} act={() => void submit()}>
          {t('calls.acw.submit')}
        </Act>
      </div>
      {when === 'inCall' && <p className="faint">{t('calls.acw.draft')}</p>}
    </div>
  )
}

interface Choosing {
  choices: readonly Choice[]
  chosen: string | null
  choose: (code: string) => void
  takesFocus: boolean
}

function Codes({ choices, chosen, choose, takesFocus }: Choosing) {
  const { t } = useTranslation()
  const text = useText()
  const [words, setWords] = useState('')
  const groups = findDispositions(groupDispositions(choices), words)
  const titleId = useId()
  const codes = useRef<HTMLDivElement>(null)
  const filter = useRef<InputRef>(null)
  useEffect(() => {
    if (takesFocus) (filter.current ?? codes.current?.querySelector('input'))?.focus()
  }, [takesFocus])
  return (
    <div className="disposition-codes" ref={codes}>
      <div className="disposition-title">
        <span id={titleId}>
          {t('calls.acw.disposition')} <em>{t('calls.acw.required')}</em>
        </span>
        {choices.length >= FILTER_FROM && (
          <Input
            ref={filter}
            size="small"
            allowClear
            aria-label={t('calls.acw.filter')}
            placeholder={t('calls.acw.filter')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </div>
      <Radio.Group
        aria-labelledby={titleId}
        className="disposition-groups"
        value={chosen}
        onChange={(event) => choose(String(event.target.value))}
      >
        {groups.map((group) => (
          <div key={group.leaves[0]?.code} className="disposition-group">
            {group.path.length > 0 && <span className="faint">{group.path.map((label) => text(label)).join(' / ')}</span>}
            <div className="disposition-leaves">
              {group.leaves.map((leaf) => (
                <Radio key={leaf.code} value={leaf.code}>
                  {text(leaf.label)}
                </Radio>
              ))}
            </div>
          </div>
        ))}
      </Radio.Group>
      {groups.length === 0 && <p className="faint">{t('calls.acw.noMatch')}</p>}
    </div>
  )
}
