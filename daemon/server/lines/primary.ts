// The requests of a pod to its host by `primary`: like those of any client, checked in the same place, but without a
// connection.
import { fromWireError, type WireError } from '../../../protocol/errors.ts'
import { isMethod, methods } from '../../../protocol/methods.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Identity } from '../access/authority.ts'
import type { Client } from './client.ts'
import type { Rpc } from './rpc.ts'

/** A run that asks its host. `path`: that of its host; `role`: the `may` of its config. */
export type PodAsker = { run: string; pod: string; path: string; role: Role }

/** Without a path, its own host is meant. @throws {P8aError} what the host answers; `forbidden` if the pod may not */
export async function askAsPod(
  rpc: Rpc,
  { method, params, ...asker }: PodAsker & { method: string; params: unknown },
): Promise<unknown> {
  const meant = takesPath(method) ? { path: asker.path, ...(params as object | null) } : (params ?? {})
  const answer = await rpc.answer({ jsonrpc: '2.0', id: 1, method, params: meant }, clientFor(asker))
  const { result, error } = answer as { result?: unknown; error?: WireError }
  if (error) throw fromWireError(error)
  return result
}

function takesPath(method: string): boolean {
  return isMethod(method) && 'path' in methods[method].params.entries
}

/** A pod needs no token. It outlives its host, so none of its requests is given up before it is done. */
function clientFor({ run, ...rights }: PodAsker): Client {
  const identity: Identity = { name: run, ...rights }
  return {
    identity,
    address: 'pod',
    authorize: () => ({ identity }),
    isValid: () => true,
    signal: new AbortController().signal,
    tell: undefined,
  }
}
