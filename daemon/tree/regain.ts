// The keeper of a pod's sockets is gone, and its runs still have them: one of these begins the next keeper.
import { rmdir } from 'node:fs/promises'
import type { PortsOrder } from '../../protocol/keeper.ts'
import { joinPath } from '../../protocol/names.ts'
import { keeperProcess } from '../keeper/spawn-keeper.ts'
import type { Regained } from '../port/ports.ts'
import type { Seams } from '../system/seams.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Hosts } from './hosts.ts'

type Asked = { key: string; order: PortsOrder; leaving: number | undefined; ticket: string }

/** A run that is not linked has them all the same. @throws an error of the system */
export async function regain(
  hosts: Pick<Hosts, 'root' | 'all'>,
  { key, order, leaving, ticket }: Asked,
): Promise<Regained> {
  const place = [hosts.root, ...hosts.all()].find(({ path, pods }) =>
    pods.all().some(of => joinPath(path, of.supervisor.name) === key),
  )
  const pod = place?.pods.all().find(({ supervisor }) => joinPath(place.path, supervisor.name) === key)
  const runs = [...(pod?.supervisor.runs.values() ?? [])].filter(({ identity }) => identity !== undefined)
  // What it begins would be of its user, and have the ticket of keepers.
  const { userDoors } = hosts.root.seams
  const peers = runs.flatMap(({ peer }) => (peer && !userDoors.isOfUser(peer) ? [peer] : []))
  const isBegun = peers.length > 0 && (await asked(hosts.root.seams, { peers, order, ticket }))
  if (isBegun) return 'begun'
  return runs.some(({ ref }) => ref.number !== leaving) ? 'refused' : 'none'
}

/** One after the other: two keepers would be one too many. */
async function asked(
  seams: Seams,
  { peers, order, ticket }: Pick<Asked, 'order' | 'ticket'> & { peers: readonly ShimPeer[] },
): Promise<boolean> {
  const process = await keeperProcess(seams, ticket)
  const timeoutMs = Math.ceil(seams.settings.adoptTimeout / peers.length)
  let mayBeBegun = false
  for (const peer of peers) {
    const isBegun = await peer.request('keepPorts', { ...process, order }, { timeoutMs }).catch(() => undefined)
    if (isBegun) return true
    mayBeBegun ||= isBegun === undefined
  }
  // One that answers later would begin it there.
  if (!mayBeBegun) await rmdir(process.cwd).catch(() => {})
  return false
}
