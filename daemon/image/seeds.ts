// Makes what the runs of a folder may write in, where the pod has it not yet: with what the version brings, else an empty
// folder. A file that no version brings is left to the program: only that knows what an empty one looks like.
import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'

/** Where an image keeps what it brings for what its runs may write in. */
export const seedsName = 'seeds'

let lastTemporary = 0

/** The folder of the image, and that of the pod's storage. */
export type Folders = { image: string; storage: string }

/** @throws the system's error */
export async function makeWritable(writable: readonly string[], at: Folders): Promise<void> {
  for await (const { final, seed, isFolder } of missingOf(writable, at)) {
    await mkdir(dirname(final), { recursive: true })
    if (seed !== undefined) await copyWhole(seed, final)
    else if (isFolder) await mkdir(final, { recursive: true })
  }
}

/** What the pod has not yet: where it goes, and what the version brings for it, or else whether it is an empty folder. */
export type Missing = { path: string; final: string; seed: string | undefined; isFolder: boolean }

/** One is told when the one before it was made, which may be its folder. */
export async function* missingOf(writable: readonly string[], { image, storage }: Folders): AsyncGenerator<Missing> {
  for (const path of writable) {
    const final = join(storage, path)
    if (await isThere(final)) continue
    const seed = join(image, seedsName, path)
    yield { path, final, seed: (await isThere(seed)) ? seed : undefined, isFolder: !isFileName(path) }
  }
}

/** `app.db` and `state.json` are files; `data`, `.cache` and `conf.d` are folders. A file may be made through its link. */
function isFileName(path: string): boolean {
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
