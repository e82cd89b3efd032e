/** The one way to the server: typed by the OpenAPI document, refusals thrown as `Refused`. */
import createClient from 'openapi-fetch'

import type { paths } from './schema'
import { noteSeen } from './seen'
import { noteServerTime } from './serverClock'

export interface Fault {
  readonly field: string
  readonly message: string
}

/** The server, or the way to it, said no. `message` and `whatToDo` are for the reader, in his language. */
export class Refused extends Error {
  readonly code: string
  readonly whatToDo: string
  readonly status: number
  readonly retryAfterS: number | null // told where it is only too early
  readonly faults: readonly Fault[] // what is wrong with which field

  constructor(code: string, message: string, whatToDo: string, status: number, retryAfterS: number | null = null, faults: readonly Fault[] = []) {
    super(message)
    this.code = code
    this.whatToDo = whatToDo
    this.status = status
    this.retryAfterS = retryAfterS
    this.faults = faults
  }
}

let csrfToken = ''
let language = 'zh'

export function setCsrfToken(token: string): void {
  csrfToken = token
}

/** Choose the language of refusals. */
export function setApiLanguage(tag: string): void {
  language = tag
}

export const http = createClient<paths>({ baseUrl: '' })

http.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken)
    return request
  },
  onResponse({ response }) {
    noteServerTime(response.headers.get('Date'), Date.now())
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Return the body of an answer; throw `Refused` for everything else. A dead network is code `network`. */
export async function ok<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await pending
  } catch {
    throw new Refused('network', '', '', 0)
  }
  if (answer.response.ok) {
    noteSeen(answer.data, answer.response.headers)
    return answer.data as T
  }
  throw refusal(answer.error, answer.response)
}

function refusal(body: unknown, { status, headers }: Response): Refused {
  if (typeof body === 'object' && body !== null && 'code' in body) {
    const problem = body as { code: string; message?: string; what_to_do?: string; faults?: Fault[] }
    const retryAfterS = Number(headers.get('Retry-After') ?? '') || null
    return new Refused(problem.code, problem.message ?? '', problem.what_to_do ?? '', status, retryAfterS, problem.faults)
  }
  return new Refused('network', '', '', status)
}
