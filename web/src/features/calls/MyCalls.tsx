/** My day: its figures, and my calls, newest first, with their recordings. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { MyAppointments } from '@/features/appointments/MyAppointments'
import { MyDay } from '@/features/insight/MyDay'
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
      <MyDay />
      <MyAppointments />
      <header>
        <h2>{t('calls.mine.title')}</h2>
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
