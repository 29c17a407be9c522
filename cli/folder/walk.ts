// Finds the files of a folder that is to be pushed, and refuses what no host could keep: it reads no file.
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { leadsOut } from '../../protocol/tree.ts'
import { Excluded, type ExcludedOptions } from './excluded.ts'
import { namedFiles } from './named-files.ts'

/** A file or a link, by its path relative to the folder, with `/`. */
export type Found = { path: string; size: number; x: boolean } | { path: string; link: string }

export type Walked = {
  found: Found[]
  /** Files that hold secrets, by their names, and so were left out. */
  secrets: string[]
}

export type WalkOptions = ExcludedOptions & {
  /** The folder whose policy counts, relative to the root; default: the root. */
  within?: string
  /** Whether a file is wanted, or a folder, which ends in `/`, may have wanted ones; default: all. */
  isWanted?: (path: string) => boolean
}

/** @throws {P8aError} `bad_image`, naming the path */
export async function walk(root: string, { within = '', isWanted, ...options }: WalkOptions): Promise<Walked> {
  const walked: Walked = { found: [], secrets: [] }
  await walkFolder(root, {
    path: '',
    excluded: await Excluded.at(root, options),
    walked,
    isWanted: isWanted ?? (() => true),
  })
  for (const path of await namedFiles(join(root, within))) await addNamed(root, posix.join(within, path), walked)
  refuseClash(walked.found)
  return walked
}

/** A file that the policy names goes along, also if the rules leave it out. Whether it has to be there, the host says. */
async function addNamed(root: string, path: string, { found, secrets }: Walked): Promise<void> {
  if (found.some(one => one.path === path)) return
  const stats = await stat(join(root, path)).catch(() => undefined)
  if (!stats?.isFile()) return
  found.push({ path, size: stats.size, x: false })
  if (secrets.includes(path)) secrets.splice(secrets.indexOf(path), 1)
}

type Step = { path: string; excluded: Excluded; walked: Walked; isWanted: (path: string) => boolean }

async function walkFolder(root: string, { path, excluded, walked, isWanted }: Step): Promise<void> {
  const names = await readdir(join(root, path), { encoding: 'buffer' })
  const inner: string[] = []
  for (const bytes of names.sort(Buffer.compare)) {
    const name = bytes.toString('utf8')
    const at = `${path}${name}`
    const stats = await lstat(Buffer.concat([Buffer.from(join(root, path, '/')), bytes]))
    if (!isWanted(stats.isDirectory() ? `${at}/` : at)) continue
    if (stats.isDirectory() ? excluded.has(`${at}/`) : excluded.has(at)) {
      if (/^\.env/.test(name) && !stats.isDirectory()) walked.secrets.push(at)
      continue
    }
    if (!Buffer.from(name).equals(bytes))
      throw refused(`the name of ${JSON.stringify(at)} is not UTF-8`, 'Rename it, or leave it out by .podignore', at)
    if (stats.isDirectory()) inner.push(`${at}/`)
    else if (stats.isSymbolicLink()) walked.found.push(await linkAt(root, at))
    else if (stats.isFile()) walked.found.push({ path: at, size: stats.size, x: (stats.mode & 0o111) !== 0 })
    else
      throw refused(
        `${JSON.stringify(at)} is neither a file nor a folder`,
        'Remove it, or leave it out by .podignore',
        at,
      )
  }
  for (const folder of inner)
    await walkFolder(root, { path: folder, excluded: await excluded.within(folder), walked, isWanted })
}

async function linkAt(root: string, path: string): Promise<Found> {
  const link = await readlink(join(root, path))
  if (!leadsOut({ path, link })) return { path, link }
  throw refused(
    `the link ${JSON.stringify(path)} leads out of the folder, to ${JSON.stringify(link)}`,
    'Put what it leads to into the folder, or leave it out by .podignore',
    path,
  )
}

/** On a disk that knows no case, or takes both forms of a letter for one, one of the two would be lost. */
function refuseClash(found: readonly Found[]): void {
  const seen = new Map<string, string>()
  for (const { path } of found) {
    const folded = path.normalize('NFC').toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined)
      throw refused(
        other.normalize('NFC') === path.normalize('NFC')
          ? `${JSON.stringify(path)} is there twice, in two forms of Unicode`
          : `${JSON.stringify(other)} and ${JSON.stringify(path)} differ by case alone`,
        'Rename one of them, or leave it out by .podignore',
        path,
      )
    seen.set(folded, path)
  }
}

function refused(why: string, hint: string, file: string): P8aError {
  return new P8aError('bad_image', `Cannot push the folder: ${why}`, { hint, facts: { file } })
}
