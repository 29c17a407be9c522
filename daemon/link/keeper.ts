// What a keeper tells about its scripts and services.
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { Connection } from './connection.ts'

export function keeperHandlers(
  connection: Connection,
  { keepers }: { keepers: Pick<Keepers, 'onEnded' | 'onServiceEnded' | 'onServiceSaid' | 'onShimEnded' | 'onKnocked'> },
): Pick<Handlers<ToHost>, 'scriptEnded' | 'serviceEnded' | 'serviceSaid' | 'shimEnded' | 'knocked'> {
  return {
    scriptEnded: ended => {
      keepers.onEnded(connection.peer, ended)
      return null
    },
    serviceEnded: ended => {
      keepers.onServiceEnded(connection.peer, ended)
      return null
    },
    shimEnded: ended => {
      keepers.onShimEnded(connection.peer, ended)
      return null
    },
    knocked: ({ key }) => {
      keepers.onKnocked(connection.peer, key)
      return null
    },
    serviceSaid: said => {
      keepers.onServiceSaid(connection.peer, said)
      return null
    },
  }
}
