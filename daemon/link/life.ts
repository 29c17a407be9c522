// What a shim says about its life: who it is, that it is ready, how it is.
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

export function lifeHandlers(
  connection: Connection,
  options: LifeOptions,
): Pick<Handlers<ToHost>, 'hello' | 'ready' | 'status'> {
  return {
    hello: async hello => await greet(connection, options, hello),
    ready: () => {
      const { found, peer } = connection
      if (found) found.entry.supervisor.greeting.onReady(found.live)
      else options.spares.onReady(peer)
      return null
    },
    status: said => {
      const { found } = connection
      found?.entry.supervisor.greeting.onStatus(found.live, said)
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
