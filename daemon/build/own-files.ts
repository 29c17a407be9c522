// Gives a folder that is going to be built files of its own: those that were pushed are links to bytes that all versions
// share, and a build may write in them.
import { chmod, copyFile, lstat, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Replaces each file of a folder by a copy that may be written. @throws the system's error */
export async function ownFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await ownFiles(path)
    else if (entry.isFile()) await ownFile(path)
  }
}

async function ownFile(path: string): Promise<void> {
  const { mode } = await lstat(path)
  const copy = `${path}.p8a-own`
  await copyFile(path, copy)
  await chmod(copy, (mode & 0o777) | 0o200)
  await rename(copy, path)
}
