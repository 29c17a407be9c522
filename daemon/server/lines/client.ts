// A connection, or an HTTP request, as JSON-RPC sees it.
import type { Channel } from '../../../protocol/channel/channel.ts'
import type { Identity, Verdict } from '../access/authority.ts'
import type { Channels } from './channels.ts'

export type Client = {
  /** Its identity, once that is known. */
  identity: Identity | undefined
  /** Where it comes from: an address, or `unix`. */
  address: string
  /** Judges a token, without waiting; if it is right, the client is known from now on. */
  authorize(token: unknown): Verdict
  /** Whether the identity is still valid: its token may have been removed, or have expired. */
  isValid(identity: Identity): boolean
  /** Resolves once the client has taken what was sent. Default: at once. */
  taken?(): Promise<void>
  /** Aborted when the client is gone. */
  signal: AbortSignal
  /** Its requests that are channels; undefined if the transport carries nothing but answers. */
  channels: Pick<Channels, 'during'> | undefined
  /** Those requests by their ids; undefined if the transport gives up a request in another way. */
  underWay: Pick<Channels, 'cancel' | 'input' | 'cancelCommand'> | undefined
}

/** A request of a client. `channel` is undefined if it can carry nothing but its answer. */
export type Call = { client: Client; channel: Channel | undefined }
