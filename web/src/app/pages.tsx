/** The pages, who may see them, and in which order they stand in the navigation. Each is loaded when first opened. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'

import type { Permission } from '@/api/types'

const DeskPage = lazy(() => import('@/features/calls/DeskPage'))
const WallboardPage = lazy(() => import('@/features/insight/WallboardPage'))
const CallsPage = lazy(() => import('@/features/calls/CallsPage'))
const QueuesPage = lazy(() => import('@/features/routing/QueuesPage'))
const NumbersPage = lazy(() => import('@/features/numbers/NumbersPage'))
const ScriptsPage = lazy(() => import('@/features/scripts/ScriptsPage'))
const UsersPage = lazy(() => import('@/features/people/UsersPage'))

export interface Page {
  readonly name: 'desk' | 'wallboard' | 'calls' | 'numbers' | 'queues' | 'scripts' | 'users'
  readonly needs: Permission
  readonly Content: LazyExoticComponent<ComponentType>
}

export const PAGES: readonly Page[] = [
  { name: 'desk', needs: 'calls.take', Content: DeskPage },
  { name: 'wallboard', needs: 'wallboard.read', Content: WallboardPage },
  { name: 'calls', needs: 'calls.read', Content: CallsPage },
  { name: 'numbers', needs: 'numbers.read', Content: NumbersPage },
  { name: 'scripts', needs: 'scripts.read', Content: ScriptsPage },
  { name: 'queues', needs: 'queues.read', Content: QueuesPage },
  { name: 'users', needs: 'users.read', Content: UsersPage },
]
