/** Keys given to t() are checked: those of the desk, and those of the visitors' page. */
import 'i18next'

import type { zh as visitor } from '@/features/calls/visitor/texts'
import type { zh } from './catalogue'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh & { visitor: typeof visitor } }
    returnNull: false
  }
}
