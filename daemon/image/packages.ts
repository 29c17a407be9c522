// The packages of a version: those of an installation that it shares with all versions of the same lock file. Their files are
// links to the same bytes. Their folders are the version's own, since packages such as app-root-path and module-alias look for
// the project above themselves; they cost disk, so only what runs, or is meant to run next, has them.
import { chmod, constants, copyFile, link, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { saveError } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { Turns } from '../system/turns.ts'
import { moveSealed, removeSealed, seal } from './seal.ts'
import { type FolderImage, type Image, readImage } from './store.ts'

/** The folder of an installation. */
export function installedFolder(paths: DataPaths, key: string): string {
  return join(paths.installed, key)
}

/** Makes `node_modules` of a folder, of the installation `key`. @throws the system's error */
export async function linkInstalled(paths: DataPaths, key: string, folder: string): Promise<void> {
  await linkFolder(join(installedFolder(paths, key), 'node_modules'), join(folder, 'node_modules'))
}

/** What is begun and what rests of one version happens in turn. */
const turns = new Turns()
let lastTemporary = 0

/**
 * Sees to it that a version has its packages. Whoever calls it is known to need them: see {@link dropPackages}.
 * @throws {P8aError} `state_broken` if they are gone; `no_space`, `save_failed`
 */
export async function ensurePackages(paths: DataPaths, image: Image): Promise<void> {
  if (!sharesPackages(image)) return
  const { hash, installed } = image
  const final = packagesOf(paths, hash)
  await turns.take(final, async () => {
    if (await isThere(final)) return
    if (!(await isThere(installedFolder(paths, installed)))) throw gone(hash)
    const temporary = join(paths.images, `.new-${hash}-packages-${++lastTemporary}`)
    try {
      await mkdir(temporary, { mode: 0o700 })
      await linkInstalled(paths, installed, temporary)
      await seal(join(temporary, 'node_modules'))
      await inTree(paths, hash, async () => await moveSealed(join(temporary, 'node_modules'), final))
    } catch (error) {
      throw saveError(final, error)
    } finally {
      await removeSealed(temporary).catch(() => {})
    }
  })
}

/**
 * Takes the packages of a version away, until it is to run again.
 * @param isResting whether no run has it; asked at the last moment, since one may just begin
 * @throws the system's error
 */
export async function dropPackages(
  paths: DataPaths,
  { hash, isResting }: { hash: string; isResting: () => boolean },
): Promise<void> {
  const image = await readImage(paths, hash).catch(() => undefined)
  if (!image || !sharesPackages(image) || !(await isThere(packagesOf(paths, hash)))) return
  const trash = join(paths.images, `.new-${hash}-rests-${++lastTemporary}`)
  await turns.take(packagesOf(paths, hash), async () => {
    if (!isResting()) return
    await inTree(paths, hash, async () => await moveSealed(packagesOf(paths, hash), trash)).catch(ignoreMissing)
  })
  await removeSealed(trash)
}

function sharesPackages(image: Image): image is FolderImage & { installed: string } {
  return image.format === 'folder' && image.installed !== undefined && image.at === undefined
}

function packagesOf(paths: DataPaths, hash: string): string {
  return join(paths.image(hash), 'tree', 'node_modules')
}

/** The folder of a version is sealed. */
async function inTree(paths: DataPaths, hash: string, work: () => Promise<void>): Promise<void> {
  const tree = dirname(packagesOf(paths, hash))
  await chmod(tree, 0o755)
  await work().finally(async () => await chmod(tree, 0o555))
}

/** How many files of a folder are linked at once. */
const linkingWidth = 16

async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 })
  const entries = await readdir(from, { withFileTypes: true })
  const lane = async () => {
    for (let entry = entries.pop(); entry; entry = entries.pop()) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isDirectory()) await linkFolder(source, target)
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
      else await linkFile(source, target)
    }
  }
  await Promise.all(Array.from({ length: linkingWidth }, lane))
}

/** A file system may know no links, or no more of them to one file. */
async function linkFile(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => await copyFile(from, to, constants.COPYFILE_FICLONE))
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false
}

function gone(hash: string): P8aError {
  return new P8aError('state_broken', `The packages of version ${hash.slice(0, 12)} are gone`, {
    hint: 'Push the folder again: it is built anew',
    facts: { image: hash },
  })
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
