// Of the certificates that a gateway has itself, and those that all gateways share: which are in force, and what each side is to take of
// the other. Either side may know less, as a Redis that begins anew, or a replica that was promoted.
import { X509Certificate } from 'node:crypto'
import type { Stored } from './store.ts'

type All = ReadonlyMap<string, Stored>

/** `all`: the one of each name that begins last. `toOwn`, `toShared`: those of them that this side does not have. */
export type Newest = { all: All; toOwn: All; toShared: All }

export function newest(own: All, shared: All): Newest {
  const all = new Map(shared)
  for (const [name, stored] of own) if (beginsAtMs(stored) > beginsAtMs(shared.get(name))) all.set(name, stored)
  const missingIn = (side: All) => new Map([...all].filter(([name, { pem }]) => side.get(name)?.pem !== pem))
  return { all, toOwn: missingIn(own), toShared: missingIn(shared) }
}

/** What is no certificate is older than any. */
function beginsAtMs(stored: Stored | undefined): number {
  try {
    return stored ? new X509Certificate(stored.pem).validFromDate.getTime() : Number.NEGATIVE_INFINITY
  } catch {
    return Number.NEGATIVE_INFINITY
  }
}
