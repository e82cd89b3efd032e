/** My calls of today, newest first, with their recordings. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Call } from '@/api/types'
import { duration } from '@/ui/format'
import { MyCall } from './MyCall'

const REFRESH_MS = 20_000 // a recording is there a moment after its call

export function MyCalls() {
  const { t } = useTranslation()
  const [playing, setPlaying] = useState<string | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['myCalls'],
    queryFn: ({ pageParam }) => ok(http.GET('/api/desk/calls', { params: { query: pageParam === null ? {} : { cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: REFRESH_MS,
  })
  const calls = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <aside className="my-calls panel" aria-label={t('calls.mine.title')}>
      <header>
        <h2>{t('calls.mine.title')}</h2>
        <Sums calls={calls} hasMore={query.hasNextPage} />
      </header>
      <ul>
        {calls.map((call) => (
          <MyCall key={call.call_id} call={call} isPlaying={playing === call.call_id} play={() => setPlaying(playing === call.call_id ? null : call.call_id)} />
        ))}
      </ul>
      {query.isSuccess && calls.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('calls.mine.empty')} />}
      {query.isError && (
        <p role="alert">
          {t('app.loadFailed')} <Button size="small" onClick={() => void query.refetch()}>{t('app.retry')}</Button>
        </p>
      )}
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('app.loadMore')}</Button>}
    </aside>
  )
}

function Sums({ calls, hasMore }: { calls: readonly Call[]; hasMore: boolean }) {
  const { t } = useTranslation()
  const talks = calls.filter((call) => call.outcome === 'ANSWERED').map((call) => call.talk_s ?? 0)
  const mean = talks.length === 0 ? 0 : talks.reduce((sum, s) => sum + s, 0) / talks.length
  return (
    <div className="my-sums">
      <Tooltip title={t('calls.mine.handledFormula')} trigger={['hover', 'focus']}>
        <span tabIndex={0}>
          {t('calls.mine.handled')} <b className="digits">{talks.length}{hasMore ? '+' : ''}</b>
        </span>
      </Tooltip>
      <Tooltip title={t('calls.mine.talkMeanFormula')} trigger={['hover', 'focus']}>
        <span tabIndex={0}>
          {t('calls.mine.talkMean')} <b className="digits">{duration(mean)}</b>
        </span>
      </Tooltip>
    </div>
  )
}
