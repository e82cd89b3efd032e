/** A list agents choose from, break reasons or the tree of dispositions; or the skills they may have. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { asSeen } from '@/api/seen'
import type { Bilingual, CodeRow } from '@/api/types'
import { useMay } from '@/features/people/session'
import { RecordsPage } from '@/ui/record/RecordsPage'
import type { Field } from '@/ui/record/fields'
import { useAttempt } from '@/ui/refusal'
import { useText } from '@/ui/useLanguage'
import { belowOf, inTreeOrder, movedAmongSiblings } from './codeTree'

interface Values {
  code: string
  name: Bilingual
  parent?: string | null
  is_active: boolean
  needs_note: boolean
}

const LISTS = {
  breakReasons: {
    list: () => http.GET('/api/break-reasons'),
    add: (body: Values) => http.POST('/api/break-reasons', { body }),
    change: ({ code, ...body }: Values, row: CodeRow) => http.PUT('/api/break-reasons/{code}', { params: { path: { code } }, body, ...asSeen(row) }),
    order: (codes: string[]) => http.POST('/api/break-reasons/order', { body: { codes } }),
  },
  skills: {
    list: () => http.GET('/api/skills'),
    add: (body: Values) => http.POST('/api/skills', { body }),
    change: ({ code, ...body }: Values, row: CodeRow) => http.PUT('/api/skills/{code}', { params: { path: { code } }, body, ...asSeen(row) }),
    order: (codes: string[]) => http.POST('/api/skills/order', { body: { codes } }),
  },
  dispositions: {
    list: () => http.GET('/api/dispositions'),
    add: (body: Values) => http.POST('/api/dispositions', { body }),
    change: ({ code, ...body }: Values, row: CodeRow) => http.PUT('/api/dispositions/{code}', { params: { path: { code } }, body, ...asSeen(row) }),
    order: (codes: string[]) => http.POST('/api/dispositions/order', { body: { codes } }),
  },
}

export function CodesPage({ kind }: { kind: keyof typeof LISTS }) {
  const { t } = useTranslation()
  const text = useText()
  const attempt = useAttempt()
  const cache = useQueryClient()
  const mayChange = useMay()('routing.manage')
  const list = LISTS[kind]
  const query = useQuery({ queryKey: [kind], queryFn: async () => inTreeOrder(await ok(list.list())) })
  const codes = query.data ?? []

  const fields = (row: CodeRow | null): Field[] => {
    const below = row === null ? new Set<string>() : belowOf(row.code, codes)
    const groups = codes.filter(({ code }) => !below.has(code)).map(({ code, name }) => ({ value: code, label: `${text(name)} (${code})` }))
    return [
      { kind: 'text', name: 'code', label: t('routing.codes.code'), hint: t('routing.codes.codeHint'), isFixed: row !== null, isNeeded: true },
      { kind: 'names', name: 'name', label: t('routing.codes.name') },
      ...(kind === 'dispositions' ? [{ kind: 'choice', name: 'parent', label: t('routing.codes.parent'), without: t('routing.codes.top'), options: groups } as const] : []),
      ...(kind === 'dispositions' ? [{ kind: 'check', name: 'needs_note', label: t('routing.codes.needsNote'), hint: t('routing.codes.needsNoteHint') } as const] : []),
      { kind: 'check', name: 'is_active', label: t('routing.codes.isActive'), ...(kind === 'dispositions' ? { hint: t('routing.codes.isActiveHint') } : {}) },
    ]
  }
  const move = (code: string, by: -1 | 1) =>
    void attempt(async () => {
      await ok(list.order(movedAmongSiblings(codes, code, by)))
      await cache.invalidateQueries({ queryKey: [kind] })
    })
  const arrows = (row: CodeRow) =>
    ([-1, 1] as const).map((by) => (
      <Button
        key={by}
        size="small"
        type="text"
        aria-label={t(by < 0 ? 'routing.codes.up' : 'routing.codes.down', { name: text(row.name) })}
        onClick={() => move(row.code, by)}
      >
        {by < 0 ? '↑' : '↓'}
      </Button>
    ))
  return (
    <RecordsPage<CodeRow, Values>
      title={t(`routing.codes.${kind}`)}
      lead={t(`routing.codes.${kind}Lead`)}
      query={query}
      rowKey="code"
      isActive={(row) => row.is_active}
      mayChange={mayChange}
      addLabel={t(`routing.codes.${kind}Add`)}
      formTitle={(row) => (row === null ? t(`routing.codes.${kind}Add`) : text(row.name))}
      fields={fields}
      values={(row) => row ?? { code: '', name: {}, parent: null, is_active: true, needs_note: false }}
      save={(row, { parent, ...values }) => {
        const body = kind === 'dispositions' ? { ...values, parent: parent ?? null } : values
        return ok<unknown>(row === null ? list.add(body) : list.change(body, row))
      }}
      moreActs={arrows}
      columns={[
        { title: t('routing.codes.name'), dataIndex: 'name', render: (name: Bilingual, row) => <span style={{ paddingInlineStart: 22 * row.depth }}>{text(name)}</span> },
        { title: t('routing.codes.code'), dataIndex: 'code', className: 'digits' },
        ...(kind === 'dispositions' ? [{ title: t('routing.codes.note'), dataIndex: 'needs_note', render: (isNeeded: boolean) => isNeeded && t('routing.codes.noteNeeded') }] : []),
      ]}
    />
  )
}
