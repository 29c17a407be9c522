// The methods about the connection itself.
import * as v from 'valibot'
import { request } from './fields.ts'

export const rpcMethods = {
  'rpc.discover': { summary: 'The OpenRPC document of this host', params: v.strictObject({}) },
  'rpc.ping': { summary: 'Shows that the host lives, and does nothing', params: v.strictObject({}) },
  'rpc.cancel': {
    summary:
      'Gives up a host.watch, events.follow, pod.call, pod.logs or pod.output of this connection that is under way',
    params: v.strictObject({ request }),
  },
} as const
