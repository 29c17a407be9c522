// How a page gets its token: by the code of a link, or by one that is pasted. It is kept for this tab alone, and goes to the
// host in requests, never by itself as a cookie would.
import { usualSilenceMs } from './lines.ts'
import { WireError } from './wire-error.ts'

const key = 'p8a.token'

/** The token of this tab. */
export function keptToken(storage: Storage): string | undefined {
  return storage.getItem(key) ?? undefined
}

export function keepToken(storage: Storage, token: string): void {
  storage.setItem(key, token)
}

export function forgetToken(storage: Storage): void {
  storage.removeItem(key)
}

/** The code of a link, `#code=…`. */
export function codeOf(fragment: string): string | undefined {
  return /^#code=([\w-]+)$/.exec(fragment)?.[1]
}

/**
 * Changes a code for a token.
 * @throws {WireError} what the host says to it
 * @throws {Error} where no host answers, as while it begins anew: then it may be tried again
 */
export async function enter(code: string, base: URL): Promise<string> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'host.page.enter', params: { code } })
  const signal = AbortSignal.timeout(usualSilenceMs)
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(new URL('rpc', base), { method: 'POST', headers, body, cache: 'no-store', signal })
  const { result, error } = (await response.json()) as { result?: { token: string }; error?: unknown }
  if (response.status === 503) throw new Error('The host has too much to do')
  if (!result) throw WireError.of(error)
  return result.token
}
