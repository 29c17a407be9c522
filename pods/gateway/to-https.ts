// Where a request that came without TLS is to come again: to its own address by https, if there is a certificate for it.
import { Refusal } from './refusal.ts'
import type { Peer } from './request-headers.ts'
import type { Target } from './target.ts'

/** `covers`: whether clients would take the certificate for a host. `port`: where they find it. */
export type ToHttps = { covers(host: string): boolean; port: number }

/** @throws {Refusal} 308 with the address */
export function sendToHttps({ host, raw }: Target, to: ToHttps, asked: { peer: Peer; rawHeaders: string[] }): void {
  const { peer, rawHeaders } = asked
  if (peer.protocol === 'https' || !to.covers(host)) return
  // A certificate authority looks there, and perhaps for no certificate of ours.
  if (raw.startsWith('/.well-known/acme-challenge/')) return
  // A proxy before this one has done its part of it.
  if (peer.isTrusted && firstOf(rawHeaders, 'x-forwarded-proto')?.toLowerCase() === 'https') return
  const location = `https://${host}${to.port === 443 ? '' : `:${to.port}`}${raw}`
  throw new Refusal(308, 'to_https', `It is at ${location}`, { location })
}

function firstOf(raw: readonly string[], name: string): string | undefined {
  const at = raw.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === name)
  return at === -1 ? undefined : raw[at + 1]
}
