// The keeper of a pod's sockets is gone, and its runs still have them: one of these begins the next keeper.
import type { PortsOrder } from '../../protocol/keeper.ts'
import { joinPath } from '../../protocol/names.ts'
import { keeperProcess } from '../keeper/spawn-keeper.ts'
import type { Hosts } from './hosts.ts'

/** @returns whether a keeper was begun, which is about to dial */
export async function regain(
  hosts: Pick<Hosts, 'root' | 'all'>,
  { key, order, ticket }: { key: string; order: PortsOrder; ticket: string },
): Promise<boolean> {
  const place = [hosts.root, ...hosts.all()].find(({ path, pods }) =>
    pods.all().some(of => joinPath(path, of.supervisor.name) === key),
  )
  const pod = place?.pods.all().find(({ supervisor }) => joinPath(place.path, supervisor.name) === key)
  const process = await keeperProcess(hosts.root.seams, ticket)
  for (const { peer } of pod?.supervisor.runs.values() ?? []) {
    const isBegun = await peer?.request('keepPorts', { ...process, order }, { timeoutMs: 1000 }).catch(() => false)
    if (isBegun) return true
  }
  return false
}
