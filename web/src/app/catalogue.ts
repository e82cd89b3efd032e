/** All words of the desk, by feature. */
import * as appointments from '@/features/appointments/texts'
import * as callbacks from '@/features/callbacks/texts'
import * as calls from '@/features/calls/texts'
import * as customers from '@/features/customers/texts'
import * as handover from '@/features/handover/texts'
import * as insight from '@/features/insight/texts'
import * as messages from '@/features/messages/texts'
import * as numbers from '@/features/numbers/texts'
import * as people from '@/features/people/texts'
import * as routing from '@/features/routing/texts'
import * as scripts from '@/features/scripts/texts'
import * as supervision from '@/features/supervision/texts'
import * as waits from '@/ui/waits/texts'
import * as app from './texts'

const parts = { app, people, routing, callbacks, calls, appointments, customers, handover, insight, messages, numbers, scripts, supervision, waits }

type Part = keyof typeof parts

export const zh = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.zh])) as { [P in Part]: (typeof parts)[P]['zh'] }
export const en = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.en])) as typeof zh
