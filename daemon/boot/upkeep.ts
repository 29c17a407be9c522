// What is done beside all else, for as long as the daemon lives: old logs and records go, and edits are taken up.
import type { Seams } from '../system/seams.ts'
import { watchPods } from '../system/watch.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import { sweepCompiled } from './compiled.ts'

/** How often old logs and records are looked for, beside the end of every run. */
const pruneMs = 600_000

/** @returns what ends it */
export async function keepUp(
  seams: Pick<Seams, 'paths' | 'log'>,
  { root, hosts }: { root: Place; hosts: Hosts },
): Promise<() => Promise<void>> {
  const pruning = setInterval(() => void Promise.all([root.pods.prune(), hosts.prune()]), pruneMs).unref()
  const unwatch = await watchPods(seams, name => void root.files.reload(name))
  void root.files.reloadAll()
  hosts.watchFiles()
  void sweepCompiled(seams.paths.compiled)
  return async () => {
    clearInterval(pruning)
    await unwatch()
  }
}
