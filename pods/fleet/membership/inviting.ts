// What lets another machine join the fleet of this host.
import { fleetError } from '../host/errors.ts'
import { isGuarded, writeInvite } from '../settings.ts'
import type { Membership } from './membership.ts'

/** @param server where the host that joins by it may give the engine a server. @throws {Error} if others cannot reach the engine */
export function invite(ours: Membership, server?: string): string {
  const { settings } = ours.member()
  if (settings.engine.kind === 'embedded')
    throw fleetError('unsupported', 'Cannot invite anyone: the engine of this fleet is within this host', {
      text: 'Move it to one that others reach',
      do: { verb: 'fleet move', options: { nats: 'nats://HOST:4222' } },
    })
  if (isGuarded(settings)) {
    const credential = ours.keeping({ verb: 'fleet invite' }).invite(server)
    return writeInvite({ ...settings, engine: { ...settings.engine, credential } })
  }
  if (server !== undefined)
    throw fleetError(
      'unsupported',
      'Cannot let a host give a server: the engine is a NATS of yours',
      'Leave out --engine',
    )
  return writeInvite(settings)
}
