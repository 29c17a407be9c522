// `compiled/`: where Node keeps the compiled code of daemons. The folder belongs to Node; only its leftovers are
// removed here.
import { readdir, rm } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Removes what Node was writing there when an earlier host was killed: temporary files, which Node never reads again.
 */
export async function sweepCompiled(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  // A finished file has only its hash as its name.
  const halfWritten = entries.filter(path => /\b[0-9a-f]{8}\.\w{6}$/.test(path))
  await Promise.all(halfWritten.map(path => rm(join(folder, path), { force: true }).catch(() => {})))
}

/**
 * Lets Node write down what is compiled. By itself it does so only where a host ends: the next host after one that is
 * killed, which is to be there soonest, would compile everything.
 */
export function keepCompiled(): void {
  flushCompileCache()
}
