/** Passwords that are shown once: only their hashes are kept. */
import { Alert, Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'

import type { KeptPerson } from '@/api/types'
import { saveFile } from '@/ui/saveFile'
import { writeCsv } from '@/ui/csv'
import './secrets.css'

export function SecretsDialog({ people, onClose }: { people: readonly KeptPerson[]; onClose: () => void }) {
  const { t } = useTranslation()
  const header = [t('people.users.username'), t('people.secrets.password'), t('people.users.extension'), t('people.secrets.phonePassword')]
  const rows = people.map(({ user, password, phone_password }) => [user.username, password ?? '', user.extension ?? '', phone_password ?? ''])
  const save = () => saveFile('banjie-passwords.csv', writeCsv([header, ...rows]))
  return (
    <Modal
      open
      title={t('people.secrets.title', { count: people.length })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={640}
      footer={[
        <Button key="save" onClick={save}>
          {t('people.secrets.save')}
        </Button>,
        <Button key="close" type="primary" onClick={onClose}>
          {t('people.secrets.done')}
        </Button>,
      ]}
    >
      <Alert type="warning" showIcon title={t('people.secrets.once')} />
      <div className="secrets" tabIndex={0} role="region" aria-label={t('people.secrets.title', { count: people.length })}>
        <table>
          <thead>
            <tr>
              {header.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([username = '', ...cells]) => (
              <tr key={username}>
                <td>{username}</td>
                {cells.map((cell, n) => (
                  <td key={n} className="digits">
                    {cell === '' ? t('people.secrets.unchanged') : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  )
}
