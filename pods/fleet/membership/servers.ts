// The servers that hosts give to an engine of the fleet's own: one comes, one goes.
import { fleetError } from '../host/errors.ts'
import type { Membership } from './membership.ts'

/** `address`: where other hosts reach it, as `HOST:PORT`; `program`: the nats-server to run. */
export type GivenServer = { address: string; program: string }

/** Gives a server of this host to the engine of the fleet. @returns once it is one. @throws {Error} if it cannot be one */
export async function addServer(ours: Membership, server: GivenServer): Promise<void> {
  await ours.alone(async () => await ours.serving().add(server))
}

/** Takes the server of a host from the engine of the fleet. @throws {Error} if it has none, or it cannot be done now */
export async function removeServer(ours: Membership, host: string): Promise<void> {
  await ours.alone(async () => {
    const serving = ours.serving()
    if (!serving.list().some(one => one.host === host))
      throw fleetError('host_not_found', `Host "${host}" has no server of the engine`, {
        text: 'See which have',
        do: { verb: 'fleet servers' },
      })
    if (host === ours.member().settings.host) return void (await serving.remove())
    ours.keeping({ verb: 'fleet remove-server', args: [host] })
    await serving.expel(host)
  })
}
