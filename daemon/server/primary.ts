// What a pod asks of its host by `primary`: a request like any client's, checked in the same place, without a connection.
import { fromWireError, type WireError } from '../../protocol/errors.ts'
import type { Client, Rpc } from './rpc.ts'

/** A pod needs no token. It outlives its host, so nothing it has asked for is given up before it is done. */
const pod: Client = {
  isAuthorized: true,
  authorize: () => true,
  signal: new AbortController().signal,
  sendEntries: undefined,
}

/** @throws {P8aError} what the host answers */
export async function askAsPod(rpc: Rpc, { method, params }: { method: string; params: unknown }): Promise<unknown> {
  const answer = await rpc.answer({ jsonrpc: '2.0', id: 1, method, params: params ?? {} }, pod)
  const { result, error } = answer as { result?: unknown; error?: WireError }
  if (error) throw fromWireError(error)
  return result
}
