/** Everything that can be done now, by name. What cannot be done is there too, and says why. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/features/people/session'
import { runNewest, useCommands, type Command } from '@/ui/commands'
import { useKeys } from '@/ui/keyboard'
import { isComposed } from '@/ui/keys'
import { rank } from './rank'
import { rememberUse, usedLately } from './recent'
import { useCallCommands } from './useCallCommands'
import { useOwnCommands } from './useOwnCommands'
import { usePeopleCommands } from './usePeopleCommands'
import './commandBar.css'

const PAGE_ROWS = 8
// After what the work asks for: Enter in the empty bar takes nobody away from it.
const LAST: ReadonlySet<string> = new Set(['devices', 'offline', 'help', 'language', 'password', 'signOut'])

export default function CommandBar({ close, openCall }: { close: () => void; openCall: (callId: string) => void }) {
  const { t } = useTranslation()
  const { user } = useSession()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const [recent] = useState(() => usedLately(user.user_id))
  const { commands, isLooking } = useAll(typed, openCall)
  const found = rank(commands, typed, recent)
  const place = Math.min(at, Math.max(0, found.length - 1))
  const dialog = useRef<HTMLDialogElement>(null)
  const listId = useId()
  useEffect(() => dialog.current?.showModal(), [])

  const run = (command: Command | undefined) => {
    if (command === undefined || command.whyNot !== null) return
    rememberUse(user.user_id, command.id)
    dialog.current?.close() // the focus is back where it was before the act may take it
    close()
    runNewest(command)
  }
  const move = (event: KeyboardEvent) => {
    if (isComposed(event.nativeEvent)) return // Enter takes a word from the input method, no command
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_ROWS, PageUp: -PAGE_ROWS }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = place + step
      setAt(Math.abs(step) === 1 ? (next + found.length) % Math.max(1, found.length) : Math.max(0, Math.min(found.length - 1, next)))
    }
    if (event.key === 'Enter' && !event.repeat) {
      event.preventDefault()
      run(found[place])
    }
  }
  return (
    <dialog ref={dialog} className="command-bar" aria-label={t('app.commands.title')} onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <div className="command-box">
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={found.length === 0 ? undefined : `${listId}-${place}`}
          aria-label={t('app.commands.ask')}
          placeholder={t('app.commands.ask')}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={move}
        />
        <ul id={listId} role="listbox" aria-label={t('app.commands.title')}>
          {found.map((command, index) => (
            <Row key={command.id} id={`${listId}-${index}`} command={command} isChosen={index === place} isRecent={recent.includes(command.id)} choose={() => setAt(index)} run={() => run(command)} />
          ))}
        </ul>
        <p className="command-foot faint">
          <span role="status">{isLooking ? t('app.commands.searching') : found.length === 0 ? t('app.commands.none') : t('app.commands.count', { count: found.length })}</span>
          <span>{t('app.commands.how')}</span>
        </p>
      </div>
    </dialog>
  )
}

interface RowProps {
  id: string
  command: Command
  isChosen: boolean
  isRecent: boolean
  choose: () => void
  run: () => void
}

function Row({ id, command, isChosen, isRecent, choose, run }: RowProps) {
  const { t } = useTranslation()
  const keys = useKeys()
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const chord = command.key === undefined ? '' : keys[command.key]
  const why = command.whyNot ?? command.detail ?? ''
  return (
    <li ref={row} id={id} role="option" aria-selected={isChosen} aria-disabled={command.whyNot !== null} onMouseMove={choose} onClick={run}>
      <span className="command-title">{command.title}</span>
      {why !== '' && <span className={command.whyNot === null ? 'command-detail' : 'command-why'}>{why}</span>}
      {isRecent && <span className="command-detail">{t('app.commands.lately')}</span>}
      {chord !== '' && <kbd>{chord}</kbd>}
    </li>
  )
}

function useAll(typed: string, openCall: (callId: string) => void): { commands: Command[]; isLooking: boolean } {
  const offered = useCommands()
  const own = useOwnCommands(typed)
  const people = usePeopleCommands(typed)
  const calls = useCallCommands(typed, openCall)
  const work = offered.filter((command) => !LAST.has(command.id))
  const all = [...work, ...own, ...people.commands, ...calls.commands, ...offered] // the page's own button has the last word
  return { commands: [...new Map(all.map((command) => [command.id, command])).values()], isLooking: people.isLooking || calls.isLooking }
}
