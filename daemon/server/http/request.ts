// Reads a request over HTTP: its token, path and body. It answers nothing.
import type http from 'node:http'
import { P8aError } from '../../../protocol/errors.ts'
import { parseMessage } from '../../../protocol/long-numbers.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Seams } from '../../system/seams.ts'
import { unauthorized } from '../access/unauthorized.ts'
import type { Guest } from '../guest.ts'
import { longestLine } from '../longest-line.ts'
import { refuseOtherName, refuseStranger } from './stranger.ts'

/**
 * Lets in a client with a token.
 * @throws {P8aError} `unauthorized` if the token does not count; `forbidden` for a web page of a stranger
 */
export function admit(
  request: http.IncomingMessage,
  { client, settings }: { client: Guest; settings: Seams['settings'] },
): void {
  refuseStranger(request, settings)
  const bearer = bearerOf(request)
  const verdict = bearer === undefined || client.identity ? undefined : client.authorize(bearer)
  if (verdict && 'refusal' in verdict) throw unauthorized(verdict.refusal)
  if (!client.identity) refuseOtherName(request, settings)
}

/** The path that is asked for, without its query. */
export function pathOf(request: http.IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? ''
}

function bearerOf(request: http.IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/**
 * Nothing here unpacks bodies: a small one could be a very large one.
 * @throws {P8aError} `bad_content_type` for a body that is compressed
 */
export function refuseEncoded({ headers }: http.IncomingMessage): void {
  const codings = [headers['content-encoding'], headers['transfer-encoding']].flatMap(value => value?.split(',') ?? [])
  const unknown = codings.map(coding => coding.trim().toLowerCase()).find(coding => !plainCodings.includes(coding))
  if (unknown === undefined) return
  throw new P8aError('bad_content_type', `Cannot read a body that is encoded as ${JSON.stringify(unknown)}`, {
    hint: 'Send it as it is, without "Content-Encoding"',
  })
}

const plainCodings = ['', 'identity', 'chunked']

/** @throws {P8aError} `bad_content_type` for a body that is not JSON in UTF-8 */
export function refuseUnlessJson({ headers }: http.IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.map(one => /^\s*charset="?([^"]*)"?\s*$/.exec(one)?.[1]).find(Boolean) ?? 'utf-8'
  if (type.trim() === 'application/json' && ['utf-8', 'utf8', 'us-ascii'].includes(charset)) return
  throw new P8aError(
    'bad_content_type',
    `Cannot read a body of type ${JSON.stringify(headers['content-type'] ?? 'none')}`,
    { hint: 'Send JSON in UTF-8, with "Content-Type: application/json"' },
  )
}

/** Says which bodies are taken. @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3-12 */
export function acceptsBodies(response: http.ServerResponse): void {
  response.setHeader('accept-encoding', 'identity')
}

/** The parsed body, or undefined if it is not JSON. */
export async function readBody(
  request: http.IncomingMessage,
  { seams, role }: { seams: Pick<Seams, 'settings' | 'log'>; role: Role | undefined },
): Promise<unknown> {
  const limit = longestLine(seams.settings, role)
  const tooLarge = () => new P8aError('too_large', `The body is longer than ${limit} bytes`, { facts: { limit } })
  // Before any of it is read, if the header says so.
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > limit) throw tooLarge()
    chunks.push(chunk as Buffer)
  }
  try {
    return parseMessage(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
