// A connection, or an HTTP request, as JSON-RPC sees it.
import type { JSONRPCID } from 'json-rpc-2.0'
import type { Identity, Verdict } from '../access/authority.ts'
import type { Dialogs } from './dialogs.ts'
import type { Requests } from './requests.ts'

/** `notice`: how the notification is called, and its member that has the items. */
export type Tell = (
  request: JSONRPCID,
  notice: { method: string; member: string },
  items: readonly unknown[],
) => Promise<void>

export type Client = {
  /** Who it is, once that is known. */
  identity: Identity | undefined
  /** Where it comes from: an address, or `unix`. */
  address: string
  /** Looks at a token, without waiting; where it is right, the client is known from now on. */
  authorize(token: unknown): Verdict
  /** Whether who it is still may come in: its token may have been removed, or its time be over. */
  isValid(identity: Identity): boolean
  /** Aborted when the client is gone. */
  signal: AbortSignal
  /** Tells of a request what comes before its answer, and resolves when there is room for more; undefined where the transport has no streams. */
  tell: Tell | undefined
  /** The commands it has under way, or undefined where the transport cannot carry any. */
  dialogs?: Dialogs | undefined
  /** The requests that it may give up, or undefined where the transport has no way to say so but to go. */
  requests?: Requests | undefined
}

/** A request of a client. `id` is undefined where it wants no answer. */
export type Call = { client: Client; id: JSONRPCID | undefined }
