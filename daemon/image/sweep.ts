// Removes what no image uses any more of what images share: bytes of files, and installations.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataPaths } from '../system/paths.ts'
import { removeSealed } from './seal.ts'
import { removeUnshared } from './shared-files.ts'
import { readImage } from './store.ts'

/** What is younger may be of a push that is under way. */
const graceMs = 3_600_000

/** @param nowMs the wall clock, since files have its times @throws the system's error; what was not removed is removed next time */
export async function sweepShared(paths: DataPaths, nowMs: number): Promise<void> {
  const isOld = async (path: string) => nowMs - (await stat(path)).birthtimeMs > graceMs
  for (const folder of await namesIn(paths.contents)) {
    for (const name of await namesIn(join(paths.contents, folder))) {
      const file = join(paths.contents, folder, name)
      const { nlink } = await stat(file)
      if (nlink === 1 && (await isOld(file))) await rm(file, { force: true })
    }
  }
  await removeUnshared(paths)
  const used = new Set<string>()
  for (const hash of (await namesIn(paths.images)).filter(name => /^[0-9a-f]{64}$/.test(name))) {
    const image = await readImage(paths, hash).catch(() => undefined)
    // What cannot be read may use anything.
    if (!image) return
    if (image.format === 'folder' && image.installed !== undefined) used.add(image.installed)
  }
  for (const key of await namesIn(paths.installed)) {
    const folder = join(paths.installed, key)
    if (!used.has(key) && (await isOld(folder))) await removeSealed(folder)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => [])
}
