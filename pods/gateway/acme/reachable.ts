// Whether there is anybody to order of, and anything to order for.
import { lookup } from 'node:dns/promises'

/** How long an authority may take to answer. */
const reachMs = 30_000

/** @throws {Error} with a word about why an authority is away: acme-client fails in a way that says nothing */
export async function reach(url: string, signal: AbortSignal): Promise<void> {
  try {
    await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(reachMs)]) })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } }
    throw new Error(`the authority is not reached at ${url}: ${cause?.code ?? message}`)
  }
}

/** Whether a name leads anywhere. A resolver that is away says nothing about that. */
export async function hasAddress(name: string): Promise<boolean> {
  try {
    return (await lookup(name)).address !== ''
  } catch (error) {
    return (error as { code?: string }).code !== 'ENOTFOUND'
  }
}
