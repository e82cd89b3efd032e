/** Promise the customer of a call to call him back: during it, after it, or from the list. */
import { ClockCircleOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { http, ok } from '@/api/client'
import { Act } from '@/ui/Act'
import { BookDialog } from './BookDialog'

interface BookButtonProps {
  callId: string
  who: string
  isSmall?: boolean // a sign in a list
  size?: 'middle' | 'large'
}

export function BookButton({ callId, who, isSmall = false, size = 'middle' }: BookButtonProps) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const label = t('appointments.bookFor', { who })
  return (
    <>
      <Act {...(isSmall ? { size: 'small', type: 'text', 'aria-label': label, title: label } : { size })} act={() => setOpen(true)}>
        {isSmall ? <ClockCircleOutlined /> : t('appointments.book')}
      </Act>
      {isOpen && (
        <BookDialog
          title={label}
          hasLengths
          save={async (later, lengths) => {
            await ok(http.POST('/api/desk/appointments', { body: { call_id: callId, ...later, ...lengths } }))
            await cache.invalidateQueries({ queryKey: ['myAppointments'] })
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
