/** Start of the visitors' page: light, no Ant Design, its own few words. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import '@/ui/colours.css'
import './visitor.css'

import { startLanguage } from '@/ui/language'
import * as waits from '@/ui/waits/texts'
import { en, zh } from './texts'
import { VisitorPage } from './VisitorPage'

startLanguage({ visitor: zh, waits: waits.zh }, { visitor: en, waits: waits.en })

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <VisitorPage />
    </StrictMode>,
  )
}
