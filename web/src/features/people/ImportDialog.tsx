/** A file of people: tried first, and taken whole or not at all. What is wrong can be saved as a file. */
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import type { ImportResult, KeptPerson } from '@/api/types'
import { Act } from '@/ui/Act'
import { writeCsv } from '@/ui/csv'
import { useWords } from '@/ui/refusal'
import { saveFile } from '@/ui/saveFile'
import './secrets.css'

const SHOWN = 50 // faults on the page; the file has them all

interface Tried {
  file: File
  result: ImportResult
}

export function ImportDialog({ onDone, onClose }: { onDone: (added: readonly KeptPerson[]) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const words = useWords()
  const cache = useQueryClient()
  const [tried, setTried] = useState<Tried | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  const send = async (file: File, dry_run: boolean) => {
    setBusy(true)
    setFailure(null)
    try {
      const result = await ok(
        http.POST('/api/people/import', {
          params: { query: { dry_run } },
          body: file as unknown as string,
          bodySerializer: () => file,
          headers: { 'Content-Type': 'text/csv' },
        }),
      )
      if (dry_run || result.faults.length > 0) setTried({ file, result })
      else {
        void cache.invalidateQueries()
        onDone(result.added)
      }
    } catch (cause) {
      setFailure(cause)
    }
    setBusy(false)
  }
  const faults = tried?.result.faults ?? []
  const saveFaults = () => {
    const header = [t('people.import.line'), t('people.import.column'), t('people.import.wrong')]
    saveFile('banjie-import-faults.csv', writeCsv([header, ...faults.map((one) => [String(one.line), one.column, one.message])]))
  }
  const isReady = tried !== null && faults.length === 0
  const whyNot = isReady ? null : tried === null ? t('people.import.chooseFirst') : t('people.import.mendFirst')
  return (
    <Modal
      open
      title={t('people.import.title')}
      onCancel={onClose}
      width={720}
      footer={
        <div className="record-foot">
          <Button onClick={onClose}>{t('app.record.cancel')}</Button>
          <Act type="primary" loading={isBusy} whyNot={whyNot} act={() => tried !== null && void send(tried.file, false)}>
            {isReady ? t('people.import.take', { count: tried.result.rows_count }) : t('people.import.takeNothing')}
          </Act>
        </div>
      }
    >
      <p>{t('people.import.lead')}</p>
      <p className="faint">{t('people.import.rules')}</p>
      <div className="import-choose">
        <input
          type="file"
          accept=".csv,text/csv"
          aria-label={t('people.import.choose')}
          disabled={isBusy}
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file !== undefined) void send(file, true)
            event.target.value = '' // the same file, mended, may be chosen again
          }}
        />
        <Button type="link" onClick={() => saveFile('banjie-people.csv', writeCsv([t('people.import.headings').split(' ')]))}>
          {t('people.import.template')}
        </Button>
      </div>
      {failure !== null && <Alert type="error" showIcon title={words(failure)} role="alert" />}
      {isReady && <Alert type="success" showIcon title={t('people.import.ready', { file: tried.file.name, count: tried.result.rows_count })} role="status" />}
      {tried !== null && faults.length > 0 && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('people.import.faulty', { file: tried.file.name, count: faults.length })}
          action={
            <Button size="small" onClick={saveFaults}>
              {t('people.import.saveFaults')}
            </Button>
          }
        />
      )}
      {faults.length > 0 && (
        <div className="secrets" tabIndex={0} role="region" aria-label={t('people.import.wrong')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('people.import.line')}</th>
                <th scope="col">{t('people.import.column')}</th>
                <th scope="col">{t('people.import.wrong')}</th>
              </tr>
            </thead>
            <tbody>
              {faults.slice(0, SHOWN).map(({ line, column, message }, n) => (
                <tr key={n}>
                  <td className="digits">{line}</td>
                  <td>{column}</td>
                  <td>{message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Modal>
  )
}
