// The headers of a request: which requests are refused, since two programs would not read them alike, and what the pod gets of the rest.
// All is about `rawHeaders`: names and values in turn, as they came.

/** How the client is connected. `isTrusted`: it is believed where it says from whom it has the request. */
export type Peer = { address: string; protocol: 'http' | 'https'; isTrusted: boolean }

/** Headers that are about one connection (RFC 9110 7.6.1), and some that a pod must believe to be ours. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'via',
  'x-request-id',
])

/** By these a proxy tells who has asked it. */
const tellsOrigin = (name: string) => name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-')

/** What is read of all headers in one go. `names`: in lower case, in their order. Lines that may be there twice are counted. */
export type Head = {
  names: readonly string[]
  host: string | undefined
  hosts: number
  length: string | undefined
  lengths: number
  encoding: string | undefined
  connection: string | undefined
  expect: string | undefined
  trailer: string | undefined
  /** The id that the client gave its request, if it is one that is safe to write anywhere. */
  id: string | undefined
}

export function readHead(raw: readonly string[]): Head {
  const names: string[] = []
  let ids = 0
  const head: Head = { names, hosts: 0, lengths: 0, ...nothing }
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? ''
    const value = raw[at + 1] ?? ''
    names.push(name)
    if (name === 'host') {
      head.hosts += 1
      head.host ??= value
    } else if (name === 'content-length') {
      head.lengths += 1
      head.length ??= value
    } else if (name === 'transfer-encoding') head.encoding = joined(head.encoding, value)
    else if (name === 'connection') head.connection = joined(head.connection, value)
    else if (name === 'expect') head.expect = joined(head.expect, value)
    else if (name === 'trailer') head.trailer = joined(head.trailer, value)
    else if (name === 'x-request-id') {
      ids += 1
      head.id = ids === 1 && /^[\w.:+/=-]{1,128}$/.test(value) ? value : undefined
    }
  }
  return head
}

const nothing = {
  host: undefined,
  length: undefined,
  encoding: undefined,
  connection: undefined,
  expect: undefined,
  trailer: undefined,
  id: undefined,
}

/** Whether the request brings a body. */
export function hasBody({ encoding, length }: Head): boolean {
  return encoding !== undefined || Number(length ?? 0) > 0
}

/** @returns in words why a request is refused; what Node's own parser refuses does not come here */
export function headProblem({ hosts, lengths, encoding }: Head, httpVersion: string): string | undefined {
  if (hosts > 1) return 'it has several headers Host'
  if (lengths > 1) return 'it has several headers Content-Length'
  if (encoding === undefined) return undefined
  if (lengths > 0) return 'it has both Content-Length and Transfer-Encoding'
  if (httpVersion === '1.0') return 'HTTP/1.0 has no Transfer-Encoding'
  return encoding.trim().toLowerCase() === 'chunked' ? undefined : 'its Transfer-Encoding is not chunked'
}

/** @returns in words why it cannot be said in HTTP/1.1, where it was asked for in another version */
export function wordsProblem(asked: { method: string; path: string; headers: readonly string[] }): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(asked.method)) return 'its method is no word'
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(asked.path)) return 'its path has a space or a control character'
  return asked.headers.some(text => noText.test(text)) ? 'a header has a control character' : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const noText = /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/

/** What a request says in the gateway's name. */
export type Told = { peer: Peer; authority: string; id: string; httpVersion: string }

/** The headers that the pod gets, names and values in turn. What is dropped goes first, so that no header can name ours. */
export function onwardHeaders(
  raw: readonly string[],
  head: Head,
  { peer, authority, id, httpVersion }: Told,
): string[] {
  const named = connectionNames(head.connection)
  const headers = ['host', authority]
  const before: { for?: string; proto?: string; host?: string; forwarded?: string; via?: string } = {}
  for (let at = 0; at < head.names.length; at += 1) {
    const name = head.names[at] ?? ''
    const value = raw[2 * at + 1] ?? ''
    if (name === 'via') before.via = joined(before.via, value)
    // Many programs read `X_Y` as `X-Y`.
    if (dropped.has(name) || name.includes('_') || named?.has(name)) continue
    if (!tellsOrigin(name)) headers.push(raw[2 * at] ?? '', value)
    else if (!peer.isTrusted) continue
    else if (name === 'x-forwarded-for') before.for = joined(before.for, value)
    else if (name === 'x-forwarded-proto') before.proto ??= value
    else if (name === 'x-forwarded-host') before.host ??= value
    else if (name === 'forwarded') before.forwarded = joined(before.forwarded, value)
    else headers.push(name, value)
  }
  const node = peer.address.includes(':') ? `"[${peer.address}]"` : peer.address
  const forwarded = `for=${node};host="${authority}";proto=${peer.protocol}`
  headers.push('x-forwarded-for', joined(before.for, peer.address), 'x-forwarded-proto', before.proto ?? peer.protocol)
  headers.push('x-forwarded-host', before.host ?? authority, 'forwarded', joined(before.forwarded, forwarded))
  headers.push('x-request-id', id, 'via', joined(before.via, `${httpVersion} p8a`))
  return headers
}

/** Several lines of one header, as one. */
export const joined = (before: string | undefined, value: string) =>
  before === undefined ? value : `${before}, ${value}`

/** The headers that `Connection` names: they are about this connection alone. */
export function connectionNames(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  const names = connection
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
  // Without these a request has another length, or another meaning.
  return new Set(names.filter(name => name !== 'content-length' && name !== 'content-type' && name !== 'host'))
}
