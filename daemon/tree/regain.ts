// The keeper of a pod's sockets is gone, and its runs still have them: one of these begins the next keeper.
import { rmdir } from 'node:fs/promises'
import { deadline } from '../../protocol/deadline.ts'
import type { PortsOrder } from '../../protocol/keeper.ts'
import { joinPath } from '../../protocol/names.ts'
import { keeperProcess } from '../keeper/spawn-keeper.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Regained } from '../port/ports.ts'
import type { Seams } from '../system/seams.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Hosts } from './hosts.ts'
import type { PodSupervisor } from './supervisor.ts'

type Asked = { key: string; order: PortsOrder; leaving: number | undefined; ticket: string }

/** A run that is not linked has them all the same. @throws an error of the system */
export async function regain(
  hosts: Pick<Hosts, 'root' | 'all'>,
  { key, order, leaving, ticket }: Asked,
): Promise<Regained> {
  const place = [hosts.root, ...hosts.all()].find(({ path, pods }) =>
    pods.all().some(of => joinPath(path, of.supervisor.name) === key),
  )
  const pod = place?.pods.all().find(({ supervisor }) => joinPath(place.path, supervisor.name) === key)?.supervisor
  if (!pod) return 'none'
  const { seams } = hosts.root
  // What it begins would be of its user, and have the ticket of keepers.
  const askable = () => runsOf(pod).flatMap(({ peer }) => (peer && !seams.userDoors.isOfUser(peer) ? [peer] : []))
  const isAbout = ({ ref, record, peer }: LiveRun) => ref.number !== leaving && !record.keeper && !peer
  // A host that has just begun has not heard of those that are about to dial; a Unix socket of theirs cannot be opened beside.
  await within(seams.settings.adoptTimeout, pod, () => askable().length > 0 || !runsOf(pod).some(isAbout))
  const peers = askable()
  const isBegun = peers.length > 0 && (await asked(seams, { peers, order, ticket }))
  if (isBegun) return 'begun'
  return runsOf(pod).some(({ ref }) => ref.number !== leaving) ? 'refused' : 'none'
}

const runsOf = ({ runs }: Pick<PodSupervisor, 'runs'>): LiveRun[] =>
  [...runs.values()].filter(({ identity }) => identity !== undefined)

/** Waits until `isTrue` holds, but no longer than `limitMs`. */
async function within(limitMs: number, pod: Pick<PodSupervisor, 'until'>, isTrue: () => boolean): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = deadline(late.resolve, limitMs)
  await Promise.race([pod.until(isTrue), late.promise]).finally(() => clearTimeout(timer))
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
