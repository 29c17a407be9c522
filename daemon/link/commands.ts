// What a command of a pod asks of the host.
import type { Channel } from '../../protocol/channel/channel.ts'
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Role } from '../../protocol/roles.ts'
import { askerOf } from './asker.ts'
import type { Connection } from './connection.ts'

/** Asks the host like any client, for a run. `path`: that of its host; `role`: what its pod may do. */
export type AskAsPod = (asked: {
  run: string
  pod: string
  path: string
  role: Role
  method: string
  params: unknown
  channel: Channel
}) => Promise<unknown>

export function commandHandlers(
  connection: Connection,
  { askAsPod }: { askAsPod: AskAsPod },
): Pick<Handlers<ToHost>, 'primary'> {
  return {
    primary: async (wanted, channel) => {
      await connection.mounted
      const { name: run, ...rights } = askerOf(connection.run)
      return await askAsPod({ ...wanted, channel, run, pod: connection.run.pod, ...rights })
    },
  }
}
