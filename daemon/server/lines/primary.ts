// What a pod asks of its host by `primary`: a request like any client's, checked in the same place, without a connection.
import { fromWireError, type WireError } from '../../../protocol/errors.ts'
import { isMethod, methods } from '../../../protocol/methods.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Identity } from '../access/authority.ts'
import type { Client } from './client.ts'
import type { Rpc } from './rpc.ts'

/** A run that asks its host. `path`: of the host that it is on; `role`: what its config says that the pod may. */
export type PodAsker = { run: string; pod: string; path: string; role: Role }

/** Its own host is meant where no path is named. @throws {P8aError} what the host answers; `forbidden` beyond what the pod may */
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

/** A pod needs no token. It outlives its host, so nothing it has asked for is given up before it is done. */
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
