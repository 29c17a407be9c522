// Reads a request over HTTP: its token, path and body. It answers nothing.
import type http from 'node:http'
import { P8aError } from '../../../protocol/errors.ts'
import { parseMessage } from '../../../protocol/long-numbers.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Seams } from '../../system/seams.ts'
import { unauthorized } from '../access/unauthorized.ts'
import type { Guest } from '../guest.ts'
import { longestLine } from '../longest-line.ts'

/** Lets in a client with a token. @throws {P8aError} `unauthorized` if the token does not count */
export function admit(request: http.IncomingMessage, client: Guest): void {
  const bearer = bearerOf(request)
  const verdict = bearer === undefined || client.identity ? undefined : client.authorize(bearer)
  if (verdict && 'refusal' in verdict) throw unauthorized(verdict.refusal)
}

/** The path that is asked for, without its query. */
export function pathOf(request: http.IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? ''
}

function bearerOf(request: http.IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
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
