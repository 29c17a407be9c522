// An installation of p8a beside this one: what it is, and whether a host may go on as that.
import { access, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'

export type Installation = { folder: string; version: string; program: string }

/** @param folder where its package.json is @throws {P8aError} `bad_params`, `file_not_found` */
export async function readInstallation(folder: string): Promise<Installation> {
  if (!isAbsolute(folder)) throw new P8aError('bad_params', `Cannot upgrade the host: ${folder} is no absolute path`)
  const real = await realpath(folder).catch(() => folder)
  const about = await readAbout(join(real, 'package.json'))
  if (about?.name !== 'p8a' || typeof about.version !== 'string') throw notThere(folder)
  const program = join(real, 'dist/daemon.cjs')
  await access(program).catch(() => {
    throw notThere(folder)
  })
  return { folder: real, version: about.version, program }
}

/** @throws {P8aError} `upgrade_failed` */
export function checkNotOlder({ from, to }: { from: string; to: string }): void {
  if (compareVersions(to, from) >= 0) return
  throw new P8aError('upgrade_failed', `Cannot upgrade the host from ${from} to ${to}: that is an older one`, {
    hint: 'An older host may not know what this one keeps. To try it all the same, stop this host, and start the other one: the pods keep running',
    facts: { from, to },
  })
}

/** Less than 0 if `one` is the older one: https://semver.org/#spec-item-11, as far as versions of p8a go. */
export function compareVersions(one: string, other: string): number {
  const [mine, theirs] = [parts(one), parts(other)]
  for (const index of [0, 1, 2]) {
    const difference = (mine.numbers[index] ?? 0) - (theirs.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (mine.early === theirs.early) return 0
  // A version is newer than those that came early for it.
  if (mine.early === '' || theirs.early === '') return mine.early === '' ? 1 : -1
  return mine.early.localeCompare(theirs.early, 'en', { numeric: true })
}

function parts(version: string): { numbers: number[]; early: string } {
  const [release = '', ...early] = version.replace(/\+.*$/, '').split('-')
  return { numbers: release.split('.').map(Number), early: early.join('-') }
}

/** More than any package.json of ours has. */
const maxBytes = 1024 * 1024

async function readAbout(file: string): Promise<{ name?: unknown; version?: unknown } | undefined> {
  try {
    const { size } = await stat(file)
    return size > maxBytes ? undefined : (JSON.parse(await readFile(file, 'utf8')) as object)
  } catch {
    return undefined
  }
}

function notThere(folder: string): P8aError {
  return new P8aError('file_not_found', `Cannot upgrade the host: ${folder} is no installation of p8a`, {
    hint: 'Name the folder that has the package.json of p8a, such as node_modules/p8a',
    facts: { folder },
  })
}
