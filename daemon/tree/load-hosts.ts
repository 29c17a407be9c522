// Reads the hosts that an earlier daemon left, after the root's own pods. Nothing is started yet.
import { readStateFolder, removeHalfWrittenOf } from '../store/state-file.ts'
import { depthOf, isHostPath } from './host-path.ts'
import type { Hosts } from './hosts.ts'
import { nobody, ownerFileOf } from './owner-file.ts'

/**
 * One whose `owner.json` is broken is told of in the log, and stops none of the others.
 * @throws {P8aError} `no_space`, `save_failed`, `state_broken` where what runs in one cannot be known, as of the root's own pods
 */
export async function loadHosts(hosts: Hosts): Promise<void> {
  const names = await readStateFolder(hosts.root.seams.paths.hosts)
  const paths = names.filter(isHostPath).sort((a, b) => depthOf(a) - depthOf(b))
  for (const path of paths) await load(hosts, path)
}

async function load(hosts: Hosts, path: string): Promise<void> {
  const file = ownerFileOf(hosts.root.seams, path)
  const owned = await file.read(path)
  if (!owned) return
  const namespace = hosts.add(path, owned, file)
  await namespace.makeFolders()
  await removeHalfWrittenOf(namespace.seams.paths)
  const entry = hosts.ownerOf(namespace)
  if (entry) namespace.follow(entry)
  await namespace.files.load()
  const isUnwanted = owned.owner.pod !== nobody && !entry?.supervisor.isWanted
  if (owned.isClosed || isUnwanted) void namespace.pods.holding.hold()
}
