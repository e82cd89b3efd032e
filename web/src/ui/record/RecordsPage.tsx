/** A list of records that can be added to, changed and closed, a page at a time. Nothing is ever deleted. */
import { useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { Alert, App, Button, Checkbox, Table, type TableColumnsType } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Mark } from '@/ui/Mark'
import { useWords } from '@/ui/refusal'
import { RecordDrawer } from './RecordDrawer'
import type { Field } from './fields'

export interface RecordsPageProps<T extends object, V extends object> {
  title: string
  lead?: string
  query: UseQueryResult<T[]>
  rowKey: keyof T & string
  columns: TableColumnsType<T>
  isActive?: (row: T) => boolean
  mayChange: boolean
  mayChangeRow?: (row: T) => boolean // absent: any
  addLabel: string
  formTitle: (row: T | null) => string
  fields: (row: T | null) => readonly Field[]
  values: (row: T | null) => V // what the form begins with; null: a new one
  save: (row: T | null, values: V) => Promise<unknown>
  moreActs?: (row: T) => ReactNode
  tools?: ReactNode
  below?: ReactNode
}

const ROWS_A_PAGE = 20

export function RecordsPage<T extends object, V extends object>(props: RecordsPageProps<T, V>) {
  const { title, lead, query, rowKey, columns, isActive, mayChange, mayChangeRow, addLabel, formTitle, fields, values, save, moreActs, tools, below } = props
  const { t } = useTranslation()
  const words = useWords()
  const cache = useQueryClient()
  const { message } = App.useApp()
  const [opened, setOpened] = useState<{ row: T | null } | null>(null)
  const [hidesClosed, setHidesClosed] = useState(false)
  const rows = (query.data ?? []).filter((row) => !hidesClosed || isActive === undefined || isActive(row))
  const state = (_: unknown, row: T) => <Mark kind={isActive?.(row) === true ? 'good' : 'quiet'}>{t(isActive?.(row) === true ? 'app.record.active' : 'app.record.closed')}</Mark>
  const acts = (_: unknown, row: T) => mayChangeRow?.(row) !== false && (
    <>
      <Button size="small" onClick={() => setOpened({ row })}>
        {t('app.record.change')}
      </Button>
      {moreActs?.(row)}
    </>
  )
  const saved = () => {
    setOpened(null)
    void message.success(t('app.record.saved'))
    void cache.invalidateQueries()
  }
  return (
    <div className="page">
      <div className="records-head">
        <h1>{title}</h1>
        <div className="records-tools">
          {isActive !== undefined && (
            <Checkbox checked={hidesClosed} onChange={(event) => setHidesClosed(event.target.checked)}>
              {t('app.record.hideClosed')}
            </Checkbox>
          )}
          {tools}
          {mayChange && (
            <Button type="primary" onClick={() => setOpened({ row: null })}>
              {addLabel}
            </Button>
          )}
        </div>
      </div>
      {lead !== undefined && <p className="records-lead">{lead}</p>}
      {query.isError && <Alert type="error" showIcon title={words(query.error)} />}
      <Table<T>
        size="small"
        rowKey={rowKey}
        columns={[
          ...columns,
          ...(isActive === undefined ? [] : [{ title: t('app.record.state'), key: 'state', render: state }]),
          ...(mayChange ? [{ title: t('app.record.acts'), key: 'acts', render: acts }] : []),
        ]}
        dataSource={rows}
        loading={query.isPending}
        pagination={{ pageSize: ROWS_A_PAGE, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('app.none') }}
        rowClassName={(row) => (isActive?.(row) === false ? 'is-closed-row' : '')}
      />
      {below}
      {opened !== null && (
        <RecordDrawer<V, unknown>
          title={formTitle(opened.row)}
          fields={fields(opened.row)}
          initial={values(opened.row)}
          save={(entered) => save(opened.row, entered)}
          onSaved={saved}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  )
}
