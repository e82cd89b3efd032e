import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { http, ok } from '@/api/client'
import type { Bilingual, ServiceNumber } from '@/api/types'
import { ListPage } from '@/ui/ListPage'
import { Mark } from '@/ui/Mark'
import { useText } from '@/ui/useLanguage'

export default function NumbersPage() {
  const { t } = useTranslation()
  const text = useText()
  const query = useQuery({ queryKey: ['numbers'], queryFn: () => ok(http.GET('/api/numbers')) })
  const script = (name: Bilingual | null, number: ServiceNumber) =>
    number.script_id === null ? t('numbers.none') : <Link to={`/scripts/${number.script_id}`}>{text(name) || number.script_id}</Link>
  const version = (value: number | null) => (value === null ? t('scripts.never') : t('scripts.version', { version: value }))
  const state = (isOpen: boolean) => <Mark kind={isOpen ? 'good' : 'quiet'}>{t(isOpen ? 'numbers.open' : 'numbers.closed')}</Mark>
  return (
    <ListPage
      title={t('numbers.title')}
      query={query}
      rowKey="number_id"
      columns={[
        { title: t('numbers.number'), dataIndex: 'display', className: 'digits' },
        { title: t('numbers.name'), dataIndex: 'name', render: (name: Bilingual) => text(name) },
        { title: t('numbers.script'), dataIndex: 'script_name', render: script },
        { title: t('numbers.version'), dataIndex: 'script_version', render: version },
        { title: t('numbers.state'), dataIndex: 'is_open', render: state },
      ]}
    />
  )
}
