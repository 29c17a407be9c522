// The requests of a pod to its host, by `p8a.verbs`, `p8a.watch` or `primary`: like those of any client, checked in the same place, but
// without a connection.
import type { Channel } from '../../../protocol/channel/channel.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { fromWireError, type WireError } from '../../../protocol/errors.ts'
import { isMethod, methods } from '../../../protocol/methods.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Identity } from '../access/authority.ts'
import { isChanneled } from './channels.ts'
import type { Client } from './client.ts'
import type { Rpc } from './rpc.ts'

/** A run that asks its host. `path`: that of its host; `role`: the `may` of its config. */
export type PodAsker = { run: string; pod: string; path: string; role: Role }

/**
 * Its own host is meant where no path is named.
 * @param asked.channel what the pod waits on: what is told before the answer goes over it, where it takes that
 * @throws {P8aError} what the host answers; `forbidden` beyond what the pod may
 */
export async function askAsPod(
  rpc: Rpc,
  { method, params, channel, ...asker }: PodAsker & { method: string; params: unknown; channel: Channel },
): Promise<unknown> {
  const meant = takesPath(method) ? { path: asker.path, ...(params as object | null) } : (params ?? {})
  const answer = await rpc.answer({ jsonrpc: '2.0', id: 1, method, params: meant }, clientFor(asker, channel))
  const { result, error } = answer as { result?: unknown; error?: WireError }
  if (error) throw fromWireError(error)
  return result
}

function takesPath(method: string): boolean {
  return isMethod(method) && 'path' in methods[method].params.entries
}

/** A pod needs no token. */
function clientFor({ run, ...rights }: PodAsker, channel: Channel): Client {
  const identity: Identity = { name: run, ...rights }
  return {
    identity,
    address: 'pod',
    authorize: () => ({ identity }),
    isValid: () => true,
    signal: channel.leaving.signal,
    channels: {
      during: async ({ method }, work) => {
        // The lines that a command asks for.
        if (method === 'pod.command') channel.accept(usualWindow)
        return await work(isChanneled(method) ? channel : undefined)
      },
    },
    underWay: undefined,
  }
}
