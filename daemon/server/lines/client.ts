// A connection, or an HTTP request, as JSON-RPC sees it.
import type { JSONRPCID } from 'json-rpc-2.0'
import type { Identity, Verdict } from '../access/authority.ts'
import type { Dialogs } from './dialogs.ts'
import type { Requests } from './requests.ts'

/** `notice`: the name of the notification, and its member that has the items. */
export type Tell = (
  request: JSONRPCID,
  notice: { method: string; member: string },
  items: readonly unknown[],
) => Promise<void>

export type Client = {
  /** Its identity, once that is known. */
  identity: Identity | undefined
  /** Where it comes from: an address, or `unix`. */
  address: string
  /** Judges a token, without waiting; if it is right, the client is known from now on. */
  authorize(token: unknown): Verdict
  /** Whether the identity is still valid: its token may have been removed, or have expired. */
  isValid(identity: Identity): boolean
  /** Aborted when the client is gone. */
  signal: AbortSignal
  /**
   * Sends items of a request before its answer, and resolves when there is room for more; undefined if the transport
   * has no streams.
   */
  tell: Tell | undefined
  /** Its commands that are under way; undefined if the transport cannot carry any. */
  dialogs?: Dialogs | undefined
  /** The requests that it may give up; undefined if it can only give them up by closing the connection. */
  requests?: Requests | undefined
}

/** A request of a client. `id` is undefined if it wants no answer. */
export type Call = { client: Client; id: JSONRPCID | undefined }
