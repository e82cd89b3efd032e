/** What agents wrote on the customer. One changes one's own; how it was stays to be read. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Note } from '@/api/types'
import { useSession } from '@/features/people/session'
import { Act } from '@/ui/Act'
import { dateAndTime } from '@/ui/format'
import { useAttempt } from '@/ui/refusal'
import { useLanguage, useText } from '@/ui/useLanguage'

const NOTE_CHARS = 2000

interface NotesProps {
  callId: string
  customerId: string
  notes: readonly Note[]
}

export function Notes({ callId, customerId, notes }: NotesProps) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const read = () => cache.invalidateQueries({ queryKey: ['card', callId] })
  const params = { path: { customer_id: customerId } }
  const write = (text: string) => attempt(() => ok(http.POST('/api/desk/customers/{customer_id}/notes', { params, body: { text } })).then(read))
  const rewrite = (noteId: string) => (text: string) =>
    attempt(() =>
      ok(http.PUT('/api/desk/customers/{customer_id}/notes/{note_id}', { params: { path: { customer_id: customerId, note_id: noteId } }, body: { text } })).then(read),
    )
  return (
    <section aria-label={t('customers.notes')}>
      <h3>{t('customers.notes')}</h3>
      <ul>
        {notes.map((note) => (
          <OneNote key={note.note_id} note={note} rewrite={rewrite(note.note_id)} />
        ))}
      </ul>
      {notes.length === 0 && <p className="faint">{t('customers.noNotes')}</p>}
      <Writing label={t('customers.note')} saveLabel={t('customers.add')} save={write} />
    </section>
  )
}

function OneNote({ note, rewrite }: { note: Note; rewrite: (text: string) => Promise<boolean> }) {
  const { t } = useTranslation()
  const text = useText()
  const [isChanging, setChanging] = useState(false)
  const save = async (newer: string) => {
    const isSaved = await rewrite(newer)
    if (isSaved) setChanging(false)
    return isSaved
  }
  return (
    <li>
      {isChanging ? <Writing label={t('customers.edit')} saveLabel={t('customers.keep')} start={note.text} save={save} /> : <p className="note-text">{note.text}</p>}
      <div className="note-foot faint">
        {text(note.author_name)} · <At instant={note.written_at} />
        {note.before.length > 0 && (
          <Popover trigger={['hover', 'focus', 'click']} content={<Before note={note} />}>
            <Button size="small" type="link">
              {t('customers.changed', { count: note.before.length })}
            </Button>
          </Popover>
        )}
        {note.is_mine && (
          <Button size="small" type="link" aria-expanded={isChanging} onClick={() => setChanging(!isChanging)}>
            {t('customers.edit')}
          </Button>
        )}
      </div>
    </li>
  )
}

function Before({ note }: { note: Note }) {
  return (
    <ol className="note-before">
      {note.before.map((old) => (
        <li key={old.written_at}>
          <At instant={old.written_at} />
          <p className="note-text">{old.text}</p>
        </li>
      ))}
    </ol>
  )
}

function At({ instant }: { instant: string }) {
  const language = useLanguage()
  const { tenant } = useSession()
  return <span className="digits">{dateAndTime(instant, language, tenant.timezone).slice(0, -3)}</span>
}

interface WritingProps {
  label: string
  saveLabel: string
  start?: string
  save: (text: string) => Promise<boolean>
}

function Writing({ label, saveLabel, start = '', save }: WritingProps) {
  const [written, setWritten] = useState(start)
  const submit = () =>
    void save(written).then((isSaved) => {
      if (isSaved) setWritten('')
    })
  return (
    <div className="note-writing">
      <Input.TextArea rows={1} autoSize={{ minRows: 1, maxRows: 4 }} maxLength={NOTE_CHARS} aria-label={label} placeholder={label} value={written} onChange={(event) => setWritten(event.target.value)} />
      {written.trim() !== '' && (
        <Act size="small" act={submit}>
          {saveLabel}
        </Act>
      )}
    </div>
  )
}
