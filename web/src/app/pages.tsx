/** The pages, who may see them, and in which order they stand in the navigation. Each is loaded when first opened, or a little ahead. */
import { lazy, useEffect, useRef, type ComponentType, type LazyExoticComponent } from 'react'

import type { Permission } from '@/api/types'
import type { zh } from './texts'

type Load = () => Promise<{ default: ComponentType }>

export type Group = 'contacts' | 'setUp'

export interface Page {
  readonly name: keyof typeof zh.nav
  readonly needs: Permission
  readonly group?: Group // the pages of a group stand beside each of them, under one word in the head
  readonly load: Load
  readonly Content: LazyExoticComponent<ComponentType>
}

const page = (name: Page['name'], needs: Permission, load: Load, group?: Group): Page => ({ name, needs, load, Content: lazy(load), ...(group && { group }) })
const setUpPage = (name: Page['name'], needs: Permission, load: Load): Page => page(name, needs, load, 'setUp')

export const PAGES: readonly Page[] = [
  page('desk', 'calls.take', () => import('@/features/calls/DeskPage')),
  page('wallboard', 'wallboard.read', () => import('@/features/insight/WallboardPage')),
  page('calls', 'calls.read', () => import('@/features/calls/CallsPage'), 'contacts'),
  page('callbacks', 'calls.read', () => import('@/features/callbacks/CallbacksPage'), 'contacts'),
  page('appointments', 'agents.steer', () => import('@/features/appointments/AppointmentsPage'), 'contacts'),
  page('messages', 'calls.take', () => import('@/features/messages/MessagesPage'), 'contacts'),
  setUpPage('users', 'users.read', () => import('@/features/people/UsersPage')),
  setUpPage('teams', 'users.read', () => import('@/features/people/TeamsPage')),
  setUpPage('sites', 'users.manage', () => import('@/features/people/SitesPage')),
  setUpPage('skills', 'routing.manage', () => import('@/features/routing/SkillsPage')),
  setUpPage('queues', 'queues.read', () => import('@/features/routing/QueuesPage')),
  setUpPage('break-reasons', 'routing.manage', () => import('@/features/routing/BreakReasonsPage')),
  setUpPage('dispositions', 'routing.manage', () => import('@/features/routing/DispositionsPage')),
  setUpPage('scripts', 'scripts.read', () => import('@/features/scripts/ScriptsPage')),
  setUpPage('numbers', 'numbers.read', () => import('@/features/numbers/NumbersPage')),
  setUpPage('hours', 'routing.manage', () => import('@/features/numbers/HoursPage')),
  setUpPage('trunks', 'trunks.manage', () => import('@/features/numbers/TrunksPage')),
  setUpPage('phones', 'users.manage', () => import('@/features/people/PhonesPage')),
  setUpPage('wall-screens', 'wallboard.screens', () => import('@/features/insight/WallScreensPage')),
  setUpPage('audit', 'audit.read', () => import('@/features/people/AuditPage')),
]

/** What stands in the head: a page, or a group of several. */
export interface Entry {
  readonly label: Page['name'] | Group
  readonly pages: readonly [Page, ...Page[]]
}

/** Laws: every page is in one entry, in the order of its first; a group of one is that page. */
export function entriesOf(pages: readonly Page[]): Entry[] {
  const entries: { label: Entry['label']; pages: [Page, ...Page[]] }[] = []
  for (const page of pages) {
    const group = entries.find(({ pages: [first] }) => page.group !== undefined && first.group === page.group)
    if (group === undefined) entries.push({ label: page.name, pages: [page] })
    else {
      group.pages.push(page)
      group.label = page.group ?? group.label
    }
  }
  return entries
}

const AHEAD_MS = 2000

/** Fetch the other pages while the line is good: one opened while the server is away is then there. */
export function useFetchedAhead(pages: readonly Page[]): void {
  const latest = useRef(pages)
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const { load } of latest.current) void load().catch(() => undefined)
    }, AHEAD_MS)
    return () => clearTimeout(timer)
  }, [])
}
