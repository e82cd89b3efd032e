/** The page `/wall#TOKEN` of a screen on a wall: it reads the board by its link, for as long as the link is good. */
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok, Refused } from '@/api/client'
import { LiveConnection } from '@/live/connection'
import { onTick } from '@/live/ticker'
import { liveUrl } from '@/live/url'
import { useText } from '@/ui/useLanguage'
import { boardOf } from './boardOf'
import { WallView } from './WallView'

/** In the fragment, which no server and no log is told. */
const token = () => location.hash.slice(1)

export default function WallScreen() {
  const { t } = useTranslation()
  const text = useText()
  const live = useWallLive()
  const board = useSyncExternalStore(live.subscribe, live.entities)
  const status = useSyncExternalStore(live.subscribe, live.status)
  const wall = useQuery({ queryKey: ['wall'], queryFn: () => ok(http.GET('/api/wall', { headers: { 'X-Wall-Token': token() } })), retry: mayComeBack })
  const isGone = status === 'gone' || (wall.error instanceof Refused && wall.error.status === 404)
  if (isGone || wall.data === undefined || board === undefined) {
    return (
      <main className="wall">
        <div className="wall-gone">
          <h1>{t(isGone ? 'insight.screens.gone' : 'app.loading')}</h1>
          {isGone && <p>{t('insight.screens.goneWhat')}</p>}
        </div>
      </main>
    )
  }
  const { tenant, name, break_reasons } = wall.data
  return <WallView board={boardOf(board)} name={`${text(tenant.name)} · ${name}`} zone={tenant.timezone} reasons={break_reasons} isStale={status === 'lost'} />
}

/** Nobody is there to reload the page: only a link that is gone is given up. */
function mayComeBack(_: number, cause: Error): boolean {
  return !(cause instanceof Refused && cause.status === 404)
}

function useWallLive() {
  const [live] = useState(() => {
    const path = `/api/wall/live?token=${encodeURIComponent(token())}`
    return new LiveConnection(() => new WebSocket(liveUrl(path)), { now: () => performance.now(), random: Math.random }, true)
  })
  useEffect(() => {
    live.subscribe('wallboard')
    const stop = onTick(() => live.tick())
    return () => {
      stop()
      live.close()
    }
  }, [live])
  return {
    subscribe: useCallback((listener: () => void) => live.onChange(listener), [live]),
    entities: useCallback(() => live.entities('wallboard'), [live]),
    status: useCallback(() => live.status, [live]),
  }
}
