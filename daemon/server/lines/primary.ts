// What a pod asks of its host by `primary`: a request like any client's, checked in the same place, without a connection.
import { fromWireError, type WireError } from '../../../protocol/errors.ts'
import { type MethodName, methods } from '../../../protocol/methods.ts'
import { type Identity, localIdentity } from '../access/authority.ts'
import type { Client, Rpc } from './rpc.ts'

/** @param asked.path of the host that the pod is on, which is meant where none is named. @throws {P8aError} what the host answers */
export async function askAsPod(
  rpc: Rpc,
  { run, path, method, params }: { run: string; path: string; method: string; params: unknown },
): Promise<unknown> {
  const meant = takesPath(method) ? { path, ...(params as object | null) } : (params ?? {})
  const answer = await rpc.answer({ jsonrpc: '2.0', id: 1, method, params: meant }, clientFor(run))
  const { result, error } = answer as { result?: unknown; error?: WireError }
  if (error) throw fromWireError(error)
  return result
}

function takesPath(method: string): boolean {
  return Object.hasOwn(methods, method) && 'path' in methods[method as MethodName].params.entries
}

/** A pod needs no token. It outlives its host, so nothing it has asked for is given up before it is done. */
function clientFor(run: string): Client {
  const identity: Identity = { ...localIdentity, name: run }
  return {
    identity,
    address: 'pod',
    authorize: () => ({ identity }),
    isValid: () => true,
    signal: new AbortController().signal,
    sendEntries: undefined,
  }
}
