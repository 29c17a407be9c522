// By what a client is known again, so that the same member of a group gets its requests.
import { randomBytes } from 'node:crypto'
import type { Peer } from './request-headers.ts'

const cookieName = 'p8a_g'

/** `cookie`: what the client is to be told (`Set-Cookie`), if it has no key yet. */
export type Key = { key: string | undefined; cookie?: string }

export function keyOf(sticky: string | undefined, { peer, raw }: { peer: Peer; raw: readonly string[] }): Key {
  if (sticky === undefined) return { key: undefined }
  if (sticky === 'address') return { key: clientOf(peer, raw) }
  if (sticky !== 'cookie') {
    const [value] = valuesOf(raw, sticky.slice('header:'.length).toLowerCase())
    return { key: value }
  }
  const known = cookieOf(raw)
  if (known !== undefined) return { key: known }
  const key = randomBytes(12).toString('base64url')
  const secure = peer.protocol === 'https' ? '; Secure' : ''
  return { key, cookie: `${cookieName}=${key}; Path=/; HttpOnly; SameSite=Lax${secure}` }
}

/** The address of the client: where a proxy is believed, what that says. */
function clientOf({ address, isTrusted }: Peer, raw: readonly string[]): string {
  if (!isTrusted) return address
  return valuesOf(raw, 'x-forwarded-for').join(',').split(',').at(-1)?.trim() || address
}

function cookieOf(raw: readonly string[]): string | undefined {
  for (const line of valuesOf(raw, 'cookie')) {
    const found = /(?:^|;)\s*p8a_g=([\w-]{1,64})(?:;|$)/.exec(line)
    if (found) return found[1]
  }
  return undefined
}

/** What a header has in all its lines. */
function valuesOf(raw: readonly string[], name: string): string[] {
  const found: string[] = []
  for (let at = 0; at < raw.length; at += 2) if (raw[at]?.toLowerCase() === name) found.push(raw[at + 1] ?? '')
  return found
}
