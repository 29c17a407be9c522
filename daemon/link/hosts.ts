// What a run asks as the owner of hosts: to mount and close them, and to do a verb in them without its own handlers.
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Hosts } from '../tree/hosts.ts'
import { mountHost, unmountHost } from '../tree/mount-host.ts'
import type { Verbs } from '../verbs/by-path.ts'
import { ownVerb } from './asked.ts'
import type { Connection } from './connection.ts'

export function hostHandlers(
  connection: Connection,
  { hosts, verbs }: { hosts: Hosts; verbs: Verbs },
): Pick<Handlers<ToHost>, 'mount' | 'podsChanged' | 'unmount' | 'verb'> {
  return {
    mount: async params => {
      if (connection.found) await connection.mounting(mountHost(hosts, connection.found, params))
      return null
    },
    podsChanged: ({ path }) => {
      const namespace = hosts.find(path)
      if (connection.found && namespace?.mounts.has(connection.found.live)) namespace.mounts.tellChanged()
      return null
    },
    unmount: async params => {
      if (connection.found) await unmountHost(hosts, connection.found, params)
      return null
    },
    verb: async (asked, channel) => {
      await connection.mounted
      return await ownVerb(hosts, verbs, { from: connection.found, channel, ...asked })
    },
  }
}
