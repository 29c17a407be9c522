// What a shim says about its life: who it is, that it is ready, how it is.
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import type { Hello, ToHost, Welcome } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { SparePools } from '../spare/pools.ts'
import type { HostLog } from '../system/host-log.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Connection } from './connection.ts'

type LifeOptions = {
  hosts: Pick<Hosts, 'findTicket'>
  spares: Pick<SparePools, 'onHello' | 'onReady'>
  keepers: Keepers
  log: HostLog
}

/** What a run says of itself, all who look at it are told. */
const said = { status: v.picklist(['up', 'waiting', 'error']), text: v.exactOptional(v.string()) }
const statusSchema = v.object(said)
const helloSchema = v.looseObject({
  ticket: v.string(),
  pid: v.number(),
  state: v.picklist(['empty', 'starting', 'up', 'cleaned']),
  status: v.exactOptional(said.status),
  text: said.text,
})

/** Whoever has the link of a pod may say anything. @throws {P8aError} `bad_params` */
function checked<T>(schema: v.GenericSchema<unknown, T>, said: unknown): T {
  const read = v.safeParse(schema, said)
  if (read.success) return read.output
  throw new P8aError('bad_params', `That is nothing that a run says: ${read.issues[0].message}`)
}

export function lifeHandlers(
  connection: Connection,
  options: LifeOptions,
): Pick<Handlers<ToHost>, 'hello' | 'ready' | 'status'> {
  return {
    hello: async hello => {
      checked(helloSchema, hello)
      return await greet(connection, options, hello)
    },
    ready: () => {
      const { found, peer } = connection
      if (found) found.entry.supervisor.greeting.onReady(found.live)
      else options.spares.onReady(peer)
      return null
    },
    status: said => {
      const { found } = connection
      found?.entry.supervisor.greeting.onStatus(found.live, checked(statusSchema, said))
      return null
    },
  }
}

/** Finds the owner of a ticket: a spare, a keeper or a run. */
async function greet(
  connection: Connection,
  { hosts, spares, keepers, log }: LifeOptions,
  hello: Hello,
): Promise<Welcome> {
  const { peer } = connection
  const welcome = spares.onHello(hello.ticket, peer) ?? keepers.onHello(hello, peer)
  // A spare that has become a run says hello again, on the same connection.
  connection.found = welcome ? undefined : hosts.findTicket(hello.ticket)
  const { found } = connection
  if (welcome || found) connection.welcome()
  if (welcome) return welcome
  if (found) {
    const { maxLineBytes } = found.place.seams.settings
    return { ...(await found.entry.supervisor.greeting.onHello(found.live, hello, peer)), maxLineBytes }
  }
  log.warn('link', 'a process with an unknown ticket was told to end', { pid: hello.pid })
  return { do: 'end' }
}
