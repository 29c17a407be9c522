// Sends one request of a webhook: it reads the status of the answer and nothing else of it, follows no redirect, and takes its time only
// up to a limit.
import { lookup } from 'node:dns/promises'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { deadline } from '../../protocol/deadline.ts'
import { isOwnDoor } from './own-door.ts'

export type Request = {
  url: URL
  body: string
  headers: Record<string, string>
  timeoutMs: number
  /** Where clients reach this host. */
  doors: () => readonly string[]
  signal: AbortSignal
}

/** @returns why it was in vain; undefined if it was taken */
export async function post({ url, timeoutMs, doors, signal, ...message }: Request): Promise<string | undefined> {
  const ending = new AbortController()
  const late = deadline(
    () => ending.abort(new Error(`there was no answer within ${timeoutMs} ms (hookTimeout)`)),
    timeoutMs,
  )
  const stop = () => ending.abort(new Error('it is ended'))
  signal.addEventListener('abort', stop)
  try {
    const addresses = await within(addressesOf(url), ending.signal)
    if (leadsHome(url, addresses, doors())) return 'that is an address of this host itself'
    return whyNot(await send(url, message, { addresses, signal: ending.signal }))
  } catch (error) {
    return textOf(ending.signal.aborted ? ending.signal.reason : error)
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', stop)
  }
}

type Address = { address: string; family: number }

/** @throws the system's error */
export async function addressesOf({ hostname }: URL): Promise<Address[]> {
  return await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true })
}

export function leadsHome(url: URL, addresses: readonly Address[], doors: readonly string[]): boolean {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const local = Object.values(networkInterfaces()).flatMap(found => (found ?? []).map(({ address }) => address))
  return addresses.some(({ address }) => isOwnDoor({ address, port }, doors, local))
}

/** Resolves with the answer's status and where it would lead. */
async function send(
  url: URL,
  { body, headers }: Pick<Request, 'body' | 'headers'>,
  { addresses, signal }: { addresses: Address[]; signal: AbortSignal },
): Promise<{ status: number; location?: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; location?: string | undefined }>()
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest
  // A name is looked up once: what was checked is what is asked.
  const known: LookupFunction = (_name, options, done) => {
    const [first] = addresses
    if (options.all) done(null, addresses)
    else done(null, first?.address ?? '', first?.family ?? 4)
  }
  const sent = request(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: false,
    maxHeaderSize: 16_384,
    lookup: known,
    signal,
  })
  sent.on('response', answer => {
    resolve({ status: answer.statusCode ?? 0, location: answer.headers.location })
    // What stands in it is nobody's.
    answer.on('error', () => {})
    sent.destroy()
  })
  sent.on('error', reject)
  sent.end(body)
  return await promise
}

function whyNot({ status, location }: { status: number; location?: string | undefined }): string | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status >= 300 && status < 400)
    return `it answers ${status}${location === undefined ? '' : `, to ${location.slice(0, 200)}`}: redirects are not followed`
  return `it answers ${status}`
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const give = () => reject(signal.reason)
  signal.addEventListener('abort', give, { once: true })
  return await Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', give))
}

function textOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  // Of several addresses that all refuse, only the code says why.
  return message || code || 'the request failed'
}
