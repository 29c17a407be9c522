// What a verb is: a function of the place where it is done, of what it is given, and of whoever asks.
import type { Channel } from '../../protocol/channel/channel.ts'
import type { MethodItems, MethodName, MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Asker } from '../../protocol/words.ts'
import type { Place } from '../tree/place.ts'
import type { Daemon } from './daemon.ts'
import type { Room } from './room.ts'

/** Methods that are about who the client is, or about its connection, and so the server's own. */
export type ServerMethod =
  | 'host.auth'
  | 'host.audit'
  | Extract<MethodName, `host.token.${string}` | `host.page.${string}`>
  | 'rpc.discover'
  | 'rpc.ping'
  | 'rpc.cancel'
  | 'pod.command.input'
  | 'pod.command.cancel'

/** The verbs that a host answers. */
export type HostVerb = Exclude<MethodName, ServerMethod>

/** Where a verb is done: a host with its pods, and the daemon that has it. Most verbs look at the host alone. */
export type Site = Place & { daemon: Daemon }

/** Whoever asks for a verb, and what they can be told before it is answered. */
export type Caller<M extends HostVerb> = {
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal
  by: Asker
  /** Room in memory for what is read for the answer. Default: as much as it likes. */
  room?: Room | undefined
  /** Undefined where the transport has no streams. */
  send?: SendItems<M> | undefined
  /** The acceptor's side of the request; undefined where it can carry nothing but its answer. */
  channel?: Channel | undefined
}

/** Sends a batch of what is told before the answer; resolves when the client has room for more. */
export type SendItems<M extends HostVerb> = (items: ItemOf<M>[]) => Promise<void>

type ItemOf<M> = M extends keyof MethodItems ? MethodItems[M] : never

export type Verb<M extends HostVerb> = (
  site: Site,
  params: MethodParams<M>,
  caller: Caller<M>,
) => Promise<MethodResults[M]>
