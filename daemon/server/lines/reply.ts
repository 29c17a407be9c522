// How an error becomes a reply of JSON-RPC: the only place in the server that does it.
import type { JSONRPCErrorResponse, JSONRPCID } from 'json-rpc-2.0'
import { toWireError } from '../../../protocol/errors.ts'

/** @param id that of the request, or null if none could be read */
export function errorReply(id: JSONRPCID, error: unknown): JSONRPCErrorResponse {
  return { jsonrpc: '2.0', id, error: toWireError(error) }
}
