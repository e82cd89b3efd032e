/** A page that shows one short list: title, table, and what went wrong if it did. */
import type { UseQueryResult } from '@tanstack/react-query'
import { Alert, Button, Table, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'

import { useWords } from './refusal'

interface ListPageProps<T> {
  title: string
  query: UseQueryResult<T[]>
  rowKey: keyof T & string
  columns: TableColumnsType<T>
}

export function ListPage<T extends object>({ title, query, rowKey, columns }: ListPageProps<T>) {
  const { t } = useTranslation()
  const words = useWords()
  const retry = (
    <Button size="small" onClick={() => void query.refetch()}>
      {t('app.retry')}
    </Button>
  )
  return (
    <div className="page">
      <h1>{title}</h1>
      {query.isError && <Alert type="error" showIcon title={words(query.error)} action={retry} />}
      <Table<T>
        size="small"
        rowKey={rowKey}
        columns={columns}
        dataSource={query.data ?? []}
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
      />
    </div>
  )
}
