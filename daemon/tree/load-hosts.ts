// Reads the hosts that an earlier daemon left, after the root's own pods. Nothing is started yet.
import { P8aError } from '../../protocol/errors.ts'
import { readStateFolder } from '../store/state-file.ts'
import { depthOf, isHostPath } from './host-path.ts'
import type { Hosts } from './hosts.ts'
import { nobody, ownerFileOf } from './owner-file.ts'

/** One that cannot be read is told of in the log, and stops none of the others. */
export async function loadHosts(hosts: Hosts): Promise<void> {
  const { paths, log } = hosts.root.seams
  const found = (await readStateFolder(paths.hosts)).filter(isHostPath).sort((a, b) => depthOf(a) - depthOf(b))
  for (const path of found) {
    try {
      await load(hosts, path)
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      log.error('files', error.message, error.facts)
    }
  }
}

async function load(hosts: Hosts, path: string): Promise<void> {
  const file = ownerFileOf(hosts.root.seams, path)
  const owned = await file.read(path)
  if (!owned) return
  const namespace = hosts.add(path, owned, file)
  await namespace.makeFolders()
  const entry = hosts.ownerOf(namespace)
  if (entry) namespace.follow(entry)
  await namespace.files.load()
  const isUnwanted = owned.owner.pod !== nobody && !entry?.supervisor.isWanted
  if (owned.isClosed || isUnwanted) void namespace.pods.holding.hold()
}
