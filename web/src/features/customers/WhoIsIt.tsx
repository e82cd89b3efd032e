/** Let the call be somebody's: a new customer's, or one's there is. */
import { useQuery } from '@tanstack/react-query'
import { Alert, App, Button, Input, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok, Refused } from '@/api/client'
import type { Customer } from '@/api/types'
import { Act } from '@/ui/Act'
import { Mark } from '@/ui/Mark'
import { useWords } from '@/ui/refusal'

type Open = 'enter' | 'link' | null

export function WhoIsIt({ callId, isKnown }: { callId: string; isKnown: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<Open>(null)
  const toggle = (wanted: Open) => setOpen(open === wanted ? null : wanted)
  return (
    <>
      {!isKnown && <span className="faint">{t('customers.unknown')}</span>}
      {!isKnown && (
        <Button size="small" aria-expanded={open === 'enter'} onClick={() => toggle('enter')}>
          {t('customers.enter')}
        </Button>
      )}
      <Button size="small" type={isKnown ? 'link' : 'default'} aria-expanded={open === 'link'} onClick={() => toggle('link')}>
        {t(isKnown ? 'customers.change' : 'customers.link')}
      </Button>
      {open === 'enter' && <Enter callId={callId} done={() => setOpen(null)} />}
      {open === 'link' && <Link callId={callId} done={() => setOpen(null)} />}
    </>
  )
}

/** Do it, or say why not: the words beside the fields where there are some. */
function useSaid(done: () => void): [string | null, (act: () => Promise<unknown>, success: string) => Promise<void>] {
  const words = useWords()
  const { message } = App.useApp()
  const [failure, setFailure] = useState<string | null>(null)
  const run = async (act: () => Promise<unknown>, success: string) => {
    setFailure(null)
    try {
      await act()
      void message.success(success)
      done()
    } catch (cause) {
      const faults = cause instanceof Refused ? cause.faults : []
      setFailure(faults.length > 0 ? faults.map((fault) => fault.message).join(' ') : words(cause))
    }
  }
  return [failure, run]
}

function Enter({ callId, done }: { callId: string; done: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [level, setLevel] = useState<Customer['level']>('regular')
  const [number, setNumber] = useState('')
  const [failure, run] = useSaid(done)
  const body = { name, level, number: number.replace(/[^\d+]/g, '') || null }
  const enter = () => void run(() => ok(http.POST('/api/desk/calls/{call_id}/customer', { params: { path: { call_id: callId } }, body })), t('customers.saved'))
  return (
    <div className="customer-enter">
      {failure !== null && <Alert type="error" showIcon role="alert" title={failure} />}
      <Input autoFocus aria-label={t('customers.name')} placeholder={t('customers.name')} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} onPressEnter={enter} />
      <Radio.Group aria-label={t('customers.level')} value={level} onChange={(event) => setLevel(event.target.value as Customer['level'])}>
        <Radio value="regular">{t('customers.regular')}</Radio>
        <Radio value="vip">{t('customers.vip')}</Radio>
      </Radio.Group>
      <Input aria-label={t('customers.number')} placeholder={t('customers.number')} maxLength={30} value={number} onChange={(event) => setNumber(event.target.value)} onPressEnter={enter} />
      <Act type="primary" act={enter}>
        {t('customers.save')}
      </Act>
    </div>
  )
}

function Link({ callId, done }: { callId: string; done: () => void }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [failure, run] = useSaid(done)
  const text = words.trim()
  const query = useQuery({ queryKey: ['customers', text], queryFn: () => ok(http.GET('/api/desk/customers', { params: { query: { text } } })), enabled: text !== '' })
  const link = ({ customer_id, name }: Customer) =>
    void run(() => ok(http.PUT('/api/desk/calls/{call_id}/customer', { params: { path: { call_id: callId } }, body: { customer_id } })), t('customers.linked', { name }))
  return (
    <div className="customer-enter">
      {failure !== null && <Alert type="error" showIcon role="alert" title={failure} />}
      <Input autoFocus allowClear aria-label={t('customers.find')} placeholder={t('customers.find')} maxLength={80} value={words} onChange={(event) => setWords(event.target.value)} />
      {query.data?.map((customer) => (
        <Button key={customer.customer_id} size="small" onClick={() => link(customer)}>
          {customer.name} {customer.level === 'vip' && <Mark kind="vip">{t('customers.vip')}</Mark>} {customer.numbers.map((one) => one.replace(/^\+86/, '')).join(' / ')}
        </Button>
      ))}
      {query.isSuccess && query.data.length === 0 && <span className="faint">{t('customers.noneFound')}</span>}
    </div>
  )
}
