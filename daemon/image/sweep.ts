// Removes what no image uses any more of what images share: bytes of files, and installations.
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readNames } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { removeSealed } from './seal.ts'
import { removeUnshared } from './shared-files.ts'
import { isHash, readImage } from './store.ts'

/** Behind it a name says how its bytes are used, or that not all of them have come. */
const hashLength = 64
/** What is younger may be of a push that is under way. */
const graceMs = 3_600_000

export type SweepOptions = {
  /** The wall clock, since files have its times. */
  nowMs: number
  /** Removes bytes by `work`, unless a push is about to use them; whether it did. */
  remove: (hash: string, work: () => Promise<void>) => Promise<boolean>
  /** Since when all that was promised is known; what is older may be of a push that began under an earlier host. */
  sinceMs: number
  /** What is young goes too, as long as no push is under way. */
  isWhole?: boolean
  /** Whether no push has been under way since this sweep began. It is asked before each removal. */
  isQuiet: () => boolean
}

/** @returns how much of the files went @throws {P8aError} `state_broken`, or the system's error; what was not removed is removed next time */
export async function sweepShared(
  paths: DataPaths,
  { nowMs, remove, sinceMs, isWhole = false, isQuiet }: SweepOptions,
): Promise<{ files: number; bytes: number }> {
  const swept = { files: 0, bytes: 0 }
  const isOld = async (path: string) => (isWhole && isQuiet()) || nowMs - (await stat(path)).birthtimeMs > graceMs
  for (const folder of await readNames(paths.contents)) {
    // Earlier hosts wrote here what was not whole yet.
    if (folder.startsWith('.new-')) {
      await rm(join(paths.contents, folder), { force: true })
      continue
    }
    for (const name of await readNames(join(paths.contents, folder))) {
      const file = join(paths.contents, folder, name)
      // What is not whole yet gets its own name just then.
      const found = await stat(file).catch(ignoreMissing)
      if (!found) continue
      const { nlink, size, birthtimeMs } = found
      if (nlink > 1 || (birthtimeMs <= sinceMs && !(await isOld(file)))) continue
      if (!(await remove(name.slice(0, hashLength), async () => await rm(file, { force: true })))) continue
      swept.files += 1
      swept.bytes += size
    }
  }
  const used = new Set<string>()
  for (const hash of (await readNames(paths.images)).filter(isHash)) {
    const image = await readImage(paths, hash).catch(() => undefined)
    // What cannot be read may use anything.
    if (!image) return await removeUnshared(paths).then(() => swept)
    if (image.format === 'folder' && image.installed !== undefined) used.add(image.installed)
  }
  for (const key of await readNames(paths.installed)) {
    const folder = join(paths.installed, key)
    // However old one is, a push may just have found it there.
    if (!used.has(key) && (await isOld(folder)) && isQuiet()) await removeInstallation(paths, key)
  }
  await removeUnshared(paths)
  return swept
}

/** From one moment to the next it is no installation any more: a push finds all of it, or nothing. */
async function removeInstallation(paths: DataPaths, key: string): Promise<void> {
  const gone = join(paths.installed, key.startsWith('.') ? key : `.gone-${key}`)
  if (!key.startsWith('.')) await rename(join(paths.installed, key), gone)
  await removeSealed(gone)
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
