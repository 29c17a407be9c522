// `host.watch`: how all pods and runs of a host are, and then each change of them.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Caller, Site } from './verb.ts'

/** @throws {P8aError} `unsupported` where the transport has no streams; `host_gone` once the host's owner is away */
export async function watch(
  { path, daemon }: Site,
  { within, hops }: MethodParams<'host.watch'>,
  { send, signal, by }: Caller<'host.watch'>,
): Promise<MethodResults['host.watch']> {
  if (!send) {
    throw new P8aError('unsupported', 'Cannot stream over HTTP', { hint: 'Use the socket or the TCP port' })
  }
  const watching = await daemon.watch({ path, within, hops, by })
  try {
    // While the client has no room for more, what changes is kept for it, up to a bound.
    for (;;) {
      const changes = await watching.next(signal)
      if (changes.length === 0) return {}
      await send(changes)
    }
  } finally {
    watching.end()
  }
}
