// The parts of a pushed folder that its runs may write in, as its policy says: they lie in the storage of the pod, and stay
// there over all versions. In the folder of a version there are links in their place.
import { lstat, mkdir, rename, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { seedsName } from '../image/seeds.ts'

export type WritableOptions = {
  /** Where the folder lies now, with `tree` and {@link seedsName} in it, and where it will lie. */
  staging: string
  final: string
  storage: string
  /** The folder in the tree that they are relative to; default: the tree. */
  within?: string | undefined
  writable: readonly string[]
}

/** Puts links into a folder that is not sealed yet. @throws {P8aError} `bad_config` naming what cannot be linked */
export async function linkWritable({ staging, final, storage, within = '', writable }: WritableOptions): Promise<void> {
  for (const path of writable) {
    await refuseLinked(join(staging, 'tree', within), path)
    const at = join(staging, 'tree', within, path)
    const seed = join(staging, seedsName, path)
    await mkdir(dirname(at), { recursive: true })
    await mkdir(dirname(seed), { recursive: true })
    await rename(at, seed).catch(ignoreMissing)
    await symlink(relative(dirname(join(final, 'tree', within, path)), join(storage, path)), at)
  }
}

/** What lies below a link lies elsewhere, perhaps in what other pods share. */
async function refuseLinked(tree: string, path: string): Promise<void> {
  const parts = path.split('/')
  for (let count = 1; count <= parts.length; count++) {
    const part = parts.slice(0, count).join('/')
    const stats = await lstat(join(tree, part)).catch(() => undefined)
    if (!stats?.isSymbolicLink() && (count === parts.length || !stats || stats.isDirectory())) continue
    const what = stats?.isSymbolicLink() ? 'a link' : 'a file'
    throw new P8aError('bad_config', `Cannot make ${quote(path)} writable: ${quote(part)} is ${what}`, {
      hint: 'Name a folder or a file of the folder, or one that is not there yet',
      facts: { key: 'writable', path },
    })
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
