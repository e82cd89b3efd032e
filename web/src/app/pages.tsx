/** The pages, who may see them, and in which order they stand in the navigation. Each is loaded when first opened, or a little ahead. */
import { lazy, useEffect, useRef, type ComponentType, type LazyExoticComponent } from 'react'

import type { Permission } from '@/api/types'

type Load = () => Promise<{ default: ComponentType }>

export interface Page {
  readonly name: 'desk' | 'wallboard' | 'calls' | 'numbers' | 'queues' | 'scripts' | 'users'
  readonly needs: Permission
  readonly load: Load
  readonly Content: LazyExoticComponent<ComponentType>
}

const page = (name: Page['name'], needs: Permission, load: Load): Page => ({ name, needs, load, Content: lazy(load) })

export const PAGES: readonly Page[] = [
  page('desk', 'calls.take', () => import('@/features/calls/DeskPage')),
  page('wallboard', 'wallboard.read', () => import('@/features/insight/WallboardPage')),
  page('calls', 'calls.read', () => import('@/features/calls/CallsPage')),
  page('numbers', 'numbers.read', () => import('@/features/numbers/NumbersPage')),
  page('scripts', 'scripts.read', () => import('@/features/scripts/ScriptsPage')),
  page('queues', 'queues.read', () => import('@/features/routing/QueuesPage')),
  page('users', 'users.read', () => import('@/features/people/UsersPage')),
]

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
