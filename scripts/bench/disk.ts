// What folders take on the disk.
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** In MB; a file that has several names counts once, and a folder that is not there takes nothing. */
export function diskOf(folders: readonly string[]): number {
  const seen = new Set<number>()
  let bytes = 0
  for (const folder of folders) {
    for (const path of [folder, ...entriesOf(folder)]) {
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (!found || seen.has(found.ino)) continue
      seen.add(found.ino)
      bytes += found.blocks * 512
    }
  }
  return bytes / 1e6
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path => join(folder, path))
  } catch {
    return []
  }
}
