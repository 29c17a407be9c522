// The work that goes on as long as the daemon lives: it removes old logs and records, and notices edits.
import type { Seams } from '../system/seams.ts'
import { watchPods } from '../system/watch.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import { keepSharing } from '../verbs/item-shares.ts'
import { keepCompiled, sweepCompiled } from './compiled.ts'

/** How often to look for old logs and records, beside the end of every run. */
const pruneMs = 600_000
/** By then, most of what a host does was done once, and is compiled. */
const compiledMs = 30_000

/** @returns a function that ends it */
export async function keepUp(
  seams: Pick<Seams, 'paths' | 'log' | 'settings'>,
  { root, hosts }: { root: Place; hosts: Hosts },
): Promise<() => Promise<void>> {
  const pruning = setInterval(() => void Promise.all([root.pods.prune(), hosts.prune()]), pruneMs).unref()
  const unwatch = await watchPods(seams, {
    onPod: name => void root.files.reload(name),
    onAny: () => void root.files.reloadAll(),
  })
  void root.files.reloadAll()
  hosts.watchFiles()
  const { quotas } = root.tenants
  const endSharing = keepSharing(hosts, { quotas, everyMs: seams.settings.limitInterval })
  void sweepCompiled(seams.paths.compiled)
  const keeping = setTimeout(keepCompiled, compiledMs).unref()
  return async () => {
    clearInterval(pruning)
    endSharing()
    clearTimeout(keeping)
    await unwatch()
  }
}
