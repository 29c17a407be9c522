// All that a host has, by name: what the host that takes its place is compared with.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Roll } from '../../protocol/heir.ts'
import { type DataPaths, dataPaths } from '../system/paths.ts'
import type { Place } from '../tree/place.ts'
import type { Kept } from './kept.ts'

export function rollOf({ root, hosts }: Pick<Kept, 'root' | 'hosts'>): Roll {
  const places: Pick<Place, 'path' | 'pods'>[] = [root, ...hosts.all()]
  const all = places.flatMap(({ path, pods }) => pods.all().map(({ supervisor }) => ({ path, supervisor })))
  const live = all.flatMap(({ supervisor }) => [...supervisor.runs.values()])
  return {
    pods: all.map(({ path, supervisor }) => `${path}/${supervisor.name}`),
    runs: all.flatMap(({ path, supervisor }) => supervisor.underWay.map(({ id }) => `${path}/${id}`)),
    linked: live.filter(({ peer }) => peer !== undefined).length,
  }
}

/** Whether the files of a pod are there, named as in a roll. */
export function hasFiles({ pod, hosts }: Pick<DataPaths, 'pod' | 'hosts'>, named: string): boolean {
  const [path, name] = named.split('/') as [string, string]
  return existsSync((path === '' ? pod(name) : dataPaths(join(hosts, path)).pod(name)).dir)
}

/** The pods that are being reloaded. */
export function reloadingOf({ root, hosts }: Pick<Kept, 'root' | 'hosts'>): string[] {
  const places: Pick<Place, 'pods'>[] = [root, ...hosts.all()]
  const all = places.flatMap(({ pods }) => pods.all())
  return all.flatMap(({ supervisor }) => (supervisor.inForce?.desired.reload ? [supervisor.name] : []))
}
