/** Who is signed in here, and what he may. */
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'

import { http, ok, Refused, setCsrfToken } from '@/api/client'
import type { Permission, Session } from '@/api/types'
import { closeLive, whenSetUpChanged, whenSignedOut } from '@/live/live'

interface SessionState {
  session: Session | null
  isLoading: boolean
  failure: Error | null
  isFresh: boolean // opened by a sign-in in this page, not found open
  hasEnded: boolean // it was open in this page, and ended without being asked to
  signIn: (username: string, password: string) => Promise<void>
  signOut: () => Promise<void>
  again: () => void
}

const SessionContext = createContext<SessionState | null>(null)
const KEY = ['session']
/** What is set up by administrators, by the first part of its key. */
const SET_UP = new Set(['queues', 'users', 'people', 'deskOptions', 'breakReasons', 'dispositions', 'hours', 'numbers', 'trunks', 'teams', 'sites', 'skills', 'phones', 'wallScreens'])

async function readSession(): Promise<Session | null> {
  try {
    return await ok(http.GET('/api/session'))
  } catch (cause) {
    if (cause instanceof Refused && cause.status === 401) return null
    throw cause
  }
}

/** What another user loaded is not for this one. The session itself stays: it is being watched. */
function forget(cache: QueryClient): void {
  cache.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] })
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient()
  const query = useQuery({ queryKey: KEY, queryFn: readSession, staleTime: Infinity, refetchOnWindowFocus: false })
  const [wasOpen, setWasOpen] = useState(false)
  const [isFresh, setFresh] = useState(false)
  const session = query.data ?? null
  setCsrfToken(session?.csrf_token ?? '')
  if (session !== null && !wasOpen) setWasOpen(true)

  useEffect(() => {
    whenSignedOut(() => cache.setQueryData(KEY, null))
    whenSetUpChanged(() => void cache.invalidateQueries({ predicate: (query) => SET_UP.has(String(query.queryKey[0])) }))
  }, [cache])
  useEffect(() => {
    if (session === null) closeLive()
  }, [session])

  const signIn = useCallback(
    async (username: string, password: string) => {
      const opened = await ok(http.POST('/api/session', { body: { username, password } }))
      forget(cache)
      setFresh(true)
      cache.setQueryData(KEY, opened)
    },
    [cache],
  )
  const signOut = useCallback(async () => {
    await ok(http.DELETE('/api/session')).catch(() => undefined) // gone already is as good
    setWasOpen(false)
    forget(cache)
    cache.setQueryData(KEY, null)
  }, [cache])

  const refetch = query.refetch
  const state = useMemo<SessionState>(
    () => ({
      session,
      isLoading: query.isPending,
      failure: query.error,
      isFresh,
      hasEnded: wasOpen && session === null,
      signIn,
      signOut,
      again: () => void refetch(),
    }),
    [session, query.isPending, query.error, isFresh, wasOpen, signIn, signOut, refetch],
  )
  return <SessionContext value={state}>{children}</SessionContext>
}

export function useSessionState(): SessionState {
  const state = use(SessionContext)
  if (state === null) throw new Error('outside of SessionProvider')
  return state
}

/** The open session; only for pages behind the sign-in. */
export function useSession(): Session {
  const { session } = useSessionState()
  if (session === null) throw new Error('nobody is signed in')
  return session
}

export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession()
  return useCallback((permission) => permissions.includes(permission), [permissions])
}
