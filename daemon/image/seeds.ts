// Makes what the runs of a folder may write in, where the pod has it not yet: with what the version brings, else an empty
// folder. A file that no version brings is left to the program: only that knows what an empty one looks like.
import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'

/** Where an image keeps what it brings for what its runs may write in. */
export const seedsName = 'seeds'

let lastTemporary = 0

/**
 * @param at.image the folder of the image
 * @throws the system's error
 */
export async function makeWritable(
  writable: readonly string[],
  { image, storage }: { image: string; storage: string },
): Promise<void> {
  for (const path of writable) {
    const final = join(storage, path)
    if (await isThere(final)) continue
    const seed = join(image, seedsName, path)
    await mkdir(dirname(final), { recursive: true })
    if (await isThere(seed)) await copyWhole(seed, final)
    else if (!isFileName(path)) await mkdir(final, { recursive: true })
  }
}

/** `app.db` and `state.json` are files; `data`, `.cache` and `conf.d` are folders. A file may be made through its link. */
export function isFileName(path: string): boolean {
  return !['', '.', '.d'].includes(extname(path))
}

/** A run that begins at the same moment may be faster, and one that dies here leaves nothing half. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = `${to}.new-${process.pid}-${++lastTemporary}`
  try {
    await cp(from, temporary, { recursive: true, verbatimSymlinks: true })
    await makeOwn(temporary)
    await rename(temporary, to).catch(async error => {
      if (!(await isThere(to))) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** What the image has is read-only. */
async function makeOwn(path: string): Promise<void> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) return
  await chmod(path, (stats.mode & 0o777) | (stats.isDirectory() ? 0o700 : 0o200))
  if (stats.isDirectory()) for (const name of await readdir(path)) await makeOwn(join(path, name))
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}
