// `images/built/`: the bytes of what installations and builds have made, each once, by their hash and mode. Folders have links to
// them, so that two versions with other packages, or with another build, share what is the same. Nobody may write in them.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, link, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DataPaths } from '../system/paths.ts'

/** How many files are read at once. */
const width = 8

/** Lets the files of a folder that nobody else has share their bytes with those of others. @throws the system's error */
export async function shareFiles(paths: DataPaths, folder: string): Promise<void> {
  const files = await filesIn(folder)
  const lane = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) await shareFile(paths, file)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

/**
 * Removes the bytes that no folder has, such as those of a push that failed. Whoever is about to link to one keeps bytes of its own.
 * @throws the system's error
 */
export async function removeUnshared(paths: DataPaths): Promise<void> {
  for (const file of await filesIn(paths.built).catch(() => [])) {
    if ((await lstat(file)).nlink === 1) await rm(file, { force: true })
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = entries.map(async entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? await filesIn(path) : entry.isFile() ? [path] : []
  })
  return (await Promise.all(found)).flat()
}

async function shareFile(paths: DataPaths, file: string): Promise<void> {
  const { nlink, size, mode: given } = await lstat(file)
  // What has several names is shared already.
  if (nlink > 1 || size === 0) return
  const mode = given & 0o555
  const hash = await hashOfFile(file)
  const stored = join(paths.built, hash.slice(0, 2), `${hash}.${mode.toString(8)}`)
  await chmod(file, mode)
  if ((await stat(stored).catch(() => undefined))?.size === size) {
    const copy = `${file}.p8a-shared`
    const isLinked = await link(stored, copy).then(() => true, ignoreUnlinkable)
    if (isLinked) await rename(copy, file)
    return
  }
  // A machine that went down may have left less of it.
  await rm(stored, { force: true })
  await mkdir(dirname(stored), { recursive: true, mode: 0o700 })
  await link(file, stored).catch(ignoreUnlinkable)
}

/** As `hashOf` of its bytes, which are not in memory all at once. @throws the system's error */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Another push was faster, or the file system knows no links, or no more of them to one file. */
function ignoreUnlinkable(error: NodeJS.ErrnoException): false {
  if (['EEXIST', 'ENOENT', 'EMLINK', 'EPERM', 'ENOTSUP', 'EXDEV'].includes(error.code ?? '')) return false
  throw error
}
