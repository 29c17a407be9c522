// The keeper of a pod's sockets is gone, and its runs still have them: one of these begins the next keeper.
import type { PortsOrder } from '../../protocol/keeper.ts'
import { joinPath } from '../../protocol/names.ts'
import { keeperProcess } from '../keeper/spawn-keeper.ts'
import type { Regained } from '../port/ports.ts'
import type { Hosts } from './hosts.ts'

/** A run that is not linked has them all the same. */
export async function regain(
  hosts: Pick<Hosts, 'root' | 'all'>,
  { key, order, ticket }: { key: string; order: PortsOrder; ticket: string },
): Promise<Regained> {
  const place = [hosts.root, ...hosts.all()].find(({ path, pods }) =>
    pods.all().some(of => joinPath(path, of.supervisor.name) === key),
  )
  const pod = place?.pods.all().find(({ supervisor }) => joinPath(place.path, supervisor.name) === key)
  const runs = [...(pod?.supervisor.runs.values() ?? [])].filter(({ identity }) => identity !== undefined)
  if (runs.length === 0) return 'none'
  const { seams } = hosts.root
  const process = await keeperProcess(seams, ticket)
  const timeoutMs = Math.ceil(seams.settings.adoptTimeout / runs.length)
  for (const { peer } of runs) {
    if (await peer?.request('keepPorts', { ...process, order }, { timeoutMs }).catch(() => false)) return 'begun'
  }
  return 'refused'
}
