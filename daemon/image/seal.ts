// Makes a folder read-only, so that no run of one version changes what others share, and removes such a folder.
import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

const writeBits = 0o222

/** Takes the right to write from everything in a folder, and from the folder. */
export async function seal(folder: string): Promise<void> {
  await eachFolder(folder, async (inner, names) => {
    for (const { name } of names.filter(entry => entry.isFile())) {
      const file = join(inner, name)
      const { mode } = await lstat(file)
      if (mode & writeBits) await chmod(file, mode & 0o777 & ~writeBits)
    }
    await chmod(inner, 0o555)
  })
}

/** Moves a sealed folder into another one. @throws the system's error; `ENOENT` if it is not there */
export async function moveSealed(from: string, to: string): Promise<void> {
  // Whoever is not root cannot give a folder another parent without the right to write in it, since that is noted in it.
  await chmod(from, 0o755)
  await rename(from, to)
  await chmod(to, 0o555)
}

/** Removes a folder that may be sealed. @throws the system's error */
export async function removeSealed(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    // Whoever is not root cannot remove anything from a folder without the right to write.
    // What the first attempt had begun to remove may go meanwhile.
    await eachFolder(folder, async inner => await chmod(inner, 0o755).catch(ignoreMissing), { before: true })
    await rm(folder, { recursive: true, force: true })
  }
}

type Work = (folder: string, entries: Awaited<ReturnType<typeof entriesOf>>) => Promise<void>

/** Does `work` in a folder and all within it; in those within first, unless it has to be done `before`. */
async function eachFolder(folder: string, work: Work, { before = false } = {}): Promise<void> {
  if (before) await work(folder, [])
  const entries = await entriesOf(folder)
  for (const entry of entries) if (entry.isDirectory()) await eachFolder(join(folder, entry.name), work, { before })
  if (!before) await work(folder, entries)
}

async function entriesOf(folder: string) {
  return await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    ignoreMissing(error)
    return []
  })
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
