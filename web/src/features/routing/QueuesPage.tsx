import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { Bilingual } from '@/api/types'
import { ListPage } from '@/ui/ListPage'
import { useText } from '@/ui/useLanguage'

export default function QueuesPage() {
  const { t } = useTranslation()
  const text = useText()
  const query = useQuery({ queryKey: ['queues'], queryFn: () => ok(http.GET('/api/queues')) })
  const seconds = (count: number) => t('routing.queues.seconds', { count })
  return (
    <ListPage
      title={t('routing.queues.title')}
      query={query}
      rowKey="queue_id"
      columns={[
        { title: t('routing.queues.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('routing.queues.priority'), dataIndex: 'priority', align: 'right' },
        { title: t('routing.queues.ringTimeout'), dataIndex: 'ring_timeout_s', align: 'right', render: seconds },
        { title: t('routing.queues.serviceLevel'), dataIndex: 'service_level_s', align: 'right', render: seconds },
        { title: t('routing.queues.agents'), dataIndex: 'agents_count', align: 'right' },
      ]}
    />
  )
}
