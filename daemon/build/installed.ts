// `images/installed/<key>/`: the packages of a lock file, installed once, and used by all versions that have that lock
// file.
import { constants, copyFile, cp, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { installedFolder } from '../image/packages.ts'
import { removeSealed, seal } from '../image/seal.ts'
import { shareFiles } from '../image/shared-files.ts'
import type { DataPaths } from '../system/paths.ts'

/** What an installation needs of a folder. */
const inputs = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'bunfig.toml',
]

let lastStaging = 0

/**
 * Sees to it that the packages of a folder are installed.
 * @param install installs the packages of the folder that it gets
 * @returns whether they had been before
 */
export async function ensureInstalled(
  paths: DataPaths,
  { key, from }: { key: string; from: string },
  install: (folder: string) => Promise<void>,
): Promise<boolean> {
  const final = installedFolder(paths, key)
  if (await isThere(final)) return true
  const staging = join(paths.installed, `.new-${key}-${++lastStaging}`)
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 })
    for (const name of inputs) await copyFile(join(from, name), join(staging, name)).catch(ignoreMissing)
    await install(staging)
    await mkdir(join(staging, 'node_modules'), { recursive: true })
    await shareFiles(paths, join(staging, 'node_modules'))
    await seal(join(staging, 'node_modules'))
    await rename(staging, final).catch(async error => {
      // Another push was faster.
      if (!(await isThere(final))) throw error
    })
    return false
  } finally {
    await removeSealed(staging).catch(() => {})
  }
}

/** The packages are the folder's own: a build may change them. */
export async function copyInstalled(paths: DataPaths, key: string, folder: string): Promise<void> {
  const mode = constants.COPYFILE_FICLONE
  const options = { recursive: true, verbatimSymlinks: true, mode }
  await cp(join(installedFolder(paths, key), 'node_modules'), join(folder, 'node_modules'), options)
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
