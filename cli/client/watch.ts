// Watches a host from afar: on a connection of its own, which is made again whenever it is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { P8aError } from '../../protocol/errors.ts'
import { Watch } from '../../protocol/watch.ts'
import type { Address } from './address.ts'
import { type ConnectOptions, connect } from './client.ts'

/** How long to wait before the next try: short at first, so that a host that is started again is soon seen. */
const firstAgainMs = 100
const maxAgainMs = 5000

/** Errors that pass by themselves: the host is down, or the pod that is a host. */
const passing = ['host_unreachable', 'host_gone', 'timeout', 'host_busy']

export type WatchOptions = Omit<ConnectOptions, 'signal'> & {
  /** The host within that host, by its dotted path. */
  path?: string | undefined
  /** Also the hosts within that one. */
  within?: boolean | undefined
  /** Ends it. */
  signal?: AbortSignal | undefined
}

/**
 * All pods and runs of a host, and then each change of them: `for await (const change of watch('unix:/path'))`. If the
 * host goes away, the watch waits for it; when it is back, it begins with a snapshot. It also does so if changes are
 * taken too slowly.
 * @param target as of {@link connect}
 * @throws {P8aError} in the loop: `bad_address`, `certificate_changed`, `unauthorized`, `forbidden`, `host_not_found`
 */
export function watch(target: string | Address, options: WatchOptions = {}): Watch {
  const { path = '', within = false, signal, ...connection } = options
  return new Watch({
    path,
    signal,
    open: async function* (ending) {
      const client = await connect(target, { ...connection, signal: ending })
      try {
        yield* client.changes({ path, within }, { signal: ending })
      } finally {
        client.close()
      }
    },
    again: async (error, tries) => {
      if (error !== undefined && !(error instanceof P8aError && passing.includes(error.code))) throw error
      const delayMs = Math.min(firstAgainMs * 2 ** Math.min(tries, 10), maxAgainMs)
      // If it is aborted, the loop just ends.
      await delay(delayMs, undefined, { signal }).catch(() => {})
    },
  })
}
