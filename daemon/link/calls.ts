// What a run asks in order to talk with others: who they are, calls through the host, and its subscriptions.
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Verbs } from '../verbs/by-path.ts'
import { callFrom } from './asked.ts'
import type { Connection } from './connection.ts'
import type { Introductions } from './introductions.ts'

type CallOptions = { hosts: Hosts; verbs: Verbs; introductions: Introductions }

export function callHandlers(
  connection: Connection,
  { hosts, verbs, introductions }: CallOptions,
): Pick<Handlers<ToHost>, 'resolve' | 'call' | 'subscribe' | 'subscribers'> {
  return {
    resolve: async params => {
      await connection.mounted
      return await introductions.resolve(connection.run, params)
    },
    call: async (params, channel) => {
      await connection.mounted
      return await callFrom({ hosts, verbs }, { run: connection.run, channel }, params)
    },
    subscribe: ({ subscriptions }) => {
      introductions.subscribe(connection.run, subscriptions)
      return null
    },
    subscribers: async params => await introductions.subscribers(connection.run, params),
  }
}
