// The files of a folder as they are pushed: found, read, and named by the hash of their bytes. A package of a workspace comes with
// what it needs of that.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { Tree } from '../../protocol/tree.ts'
import type { ExcludedOptions } from './excluded.ts'
import { type Found, type Walked, walk } from './walk.ts'
import { type Workspace, workspaceOf } from './workspace.ts'

/** `only`: these files and no others. */
export type TreeOptions = { asIs: boolean; only?: readonly string[] | undefined }

export type FolderRead = {
  /** What the paths are relative to: the folder, or the workspace that it is a package of. */
  root: string
  tree: Tree
  /** Files that were left out since they may hold secrets. */
  secrets: string[]
  /** Where in the tree the folder is, if that is a workspace. */
  place: Pick<MethodInput<'pod.push'>, 'within' | 'workspaces'>
}

/** How much there is to push, known before anything is read. */
export type Amount = { files: number; bytes: number; largest: { path: string; size: number } }

/**
 * @param check is told how much it is, and may refuse that
 * @throws {P8aError} `bad_image`, naming the path
 */
export async function readFolder(
  folder: string,
  { only, ...options }: TreeOptions,
  check: (amount: Amount) => Promise<void> = async () => {},
): Promise<FolderRead> {
  const workspace = only ? undefined : await workspaceOf(folder)
  const root = workspace?.root ?? folder
  const chosen = workspace && { within: workspace.within, isWanted: wantedOf(workspace, options) }
  const { found, secrets } = only ? await listed(root, only) : await walk(root, { ...options, ...chosen })
  await check(amountOf(found))
  const tree = await inLanes(found, async entry => await described(root, entry))
  return { root, tree, secrets, place: workspace ? { within: workspace.within, workspaces: workspace.needed } : {} }
}

/**
 * The bytes of a file of the tree, part by part.
 * @param options.from where the first part begins; `partBytes`: how long each may be
 * @throws {P8aError} `bad_image` if they cannot be read
 */
export async function* partsOf(
  root: string,
  path: string,
  { from = 0, partBytes = 64 * 1024 } = {},
): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(join(root, path), { start: from, highWaterMark: partBytes })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new P8aError('bad_image', `Cannot push the folder: ${JSON.stringify(path)} cannot be read (${code})`, {
      hint: 'Check its rights, or leave it out by .podignore',
      facts: { file: path },
      cause,
    })
  }
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Of a workspace goes what lies at its top, all of the package and of those that it needs, and of the others the manifest, which an
 * installation by the lock file looks at.
 */
function wantedOf({ needed, all }: Workspace, { asIs }: ExcludedOptions): (path: string) => boolean {
  const whole = [...needed, '.yarn', 'patches', ...(asIs ? ['node_modules'] : [])].map(path => `${path}/`)
  const manifests = all.map(path => `${path}/package.json`)
  const isWhole = (path: string) => whole.some(one => path.startsWith(one))
  return path =>
    path.endsWith('/')
      ? isWhole(path) || [...whole, ...manifests].some(wanted => wanted.startsWith(path))
      : isWhole(path) || !path.includes('/') || manifests.includes(path)
}

/** A file that is pushed with what it loads: most programs read `.env` without loading it. */
async function listed(root: string, only: readonly string[]): Promise<Walked> {
  const found = await Promise.all(
    only.map(async path => ({
      path,
      size: (await stat(join(root, path)).catch(() => undefined))?.size ?? 0,
      x: false,
    })),
  )
  const hasSecrets = await stat(join(root, '.env')).catch(() => undefined)
  return { found, secrets: hasSecrets?.isFile() ? ['.env'] : [] }
}

function amountOf(found: readonly Found[]): Amount {
  const amount: Amount = { files: found.length, bytes: 0, largest: { path: '', size: 0 } }
  for (const entry of found) {
    if ('link' in entry) continue
    amount.bytes += entry.size
    if (entry.size > amount.largest.size) amount.largest = { path: entry.path, size: entry.size }
  }
  return amount
}

const laneCount = 16

/** What `work` makes of each item, several at once. */
async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T)
  }
  await Promise.all(Array.from({ length: laneCount }, lane))
  return results
}

async function described(root: string, entry: Found): Promise<Tree[number]> {
  if ('link' in entry) return entry
  const { path, x } = entry
  const hash = createHash('sha256')
  let size = 0
  for await (const part of partsOf(root, path)) {
    hash.update(part)
    size += part.length
  }
  return { path, hash: hash.digest('hex'), size, ...(x && { x }) }
}
