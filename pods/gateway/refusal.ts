// What the gateway answers by itself: one line of text, or JSON for whoever asks for that. It tells nothing of what is behind.

/**
 * Why a request is not for a pod, or has no answer of one. `retryAfterS`: in how many seconds it may be better. `location`: where it is
 * to go instead.
 */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly retryAfterS: number | undefined
  /** What only the log tells. */
  readonly detail: string | undefined
  readonly location: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    more: { retryAfterS?: number | undefined; detail?: string | undefined; location?: string | undefined } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterS = more.retryAfterS
    this.detail = more.detail
    this.location = more.location
  }
}

/** The headers, names and values in turn, and the body. */
export function refusalAnswer(
  { status, code, message, retryAfterS, location }: Refusal,
  { id, accept = '' }: { id: string; accept?: string | undefined },
): { headers: string[]; body: string } {
  const isJson = /\bjson\b/.test(accept)
  const body = isJson
    ? `${JSON.stringify({ error: { code, message, request: id } })}\n`
    : `${message} (request ${id})\n`
  const headers = ['content-type', isJson ? 'application/json' : 'text/plain; charset=utf-8']
  headers.push('content-length', String(Buffer.byteLength(body)), 'x-request-id', id)
  headers.push(...(location === undefined ? ['x-p8a-error', code] : ['location', location]))
  headers.push('cache-control', 'no-store', 'date', new Date().toUTCString())
  if (retryAfterS !== undefined) headers.push('retry-after', String(Math.max(1, Math.ceil(retryAfterS))))
  if (status === 400 || status === 431) headers.push('connection', 'close')
  return { headers, body }
}

/** The gateway, or its machine, has no room for another connection. */
const noRoom = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EAGAIN'])

/** What an error of the way to a pod means to its client. */
export function refusalOf(error: Error & { code?: string }): Refusal {
  if (error instanceof Refusal) return error
  if (error.code === 'ANSWER_TIMEOUT') {
    return new Refusal(504, 'answer_timeout', 'What is asked for did not answer in time', { detail: error.message })
  }
  if (noRoom.has(error.code ?? '')) {
    return new Refusal(503, 'no_room', 'Too many are connected already', { retryAfterS: 1, detail: error.message })
  }
  return new Refusal(502, 'pod_broke_off', 'What is asked for broke off', {
    detail: `${error.code ?? error.name}: ${error.message}`,
  })
}
