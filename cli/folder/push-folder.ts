// Pushes a folder: finds its files, asks which of them the host does not have, and sends those.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { Tree } from '../../protocol/tree.ts'
import type { Pushed } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { type Found, walk } from './walk.ts'

export type FolderPush = Omit<MethodInput<'pod.push'>, 'tree' | 'path' | 'code'> & {
  /** Shows lines of its build. */
  say: (lines: readonly string[]) => void
  only?: readonly string[] | undefined
}

/** How many bytes go in one message, at least one file. */
const batchBytes = 4 * 1024 * 1024

/** @throws {P8aError} `bad_image` and what `pod.push` throws */
export async function pushFolder(host: RemoteHost, root: string, { say, only, ...push }: FolderPush): Promise<Pushed> {
  const tree = await treeOf(root, { asIs: push.asIs ?? false, only })
  const bytesOf = new Map(tree.flatMap(entry => ('link' in entry ? [] : [[entry.hash, entry] as const])))
  const { missing } = await host.call('pod.push.missing', { hashes: [...bytesOf.keys()] })
  let batch: { hash: string; data: string }[] = []
  let size = 0
  const send = async () => {
    if (batch.length > 0) await host.call('pod.push.files', { files: batch })
    batch = []
    size = 0
  }
  for (const hash of missing) {
    const { path } = bytesOf.get(hash) ?? { path: '' }
    const bytes = await readFile(join(root, path))
    if (size + bytes.length > batchBytes) await send()
    batch.push({ hash, data: bytes.toString('base64') })
    size += bytes.length
  }
  await send()
  const pushing = host.push({ ...push, tree })
  for (;;) {
    const { value, done } = await pushing.next()
    if (done) return value
    say(value)
  }
}

/** `only`: these files and no others. */
export type TreeOptions = { asIs: boolean; only?: readonly string[] | undefined }

/** The files of a folder as they are pushed. @throws {P8aError} `bad_image` */
export async function treeOf(root: string, { only, ...options }: TreeOptions): Promise<Tree> {
  const found: Found[] = only?.map(path => ({ path, size: 0, x: false })) ?? (await walk(root, options)).found
  return await inLanes(found, async entry => await described(root, entry))
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
  const bytes = await readFile(join(root, path)).catch(cause => {
    throw new P8aError('bad_image', `Cannot push the folder: ${JSON.stringify(path)} cannot be read (${cause.code})`, {
      hint: 'Check its rights, or leave it out by .podignore',
      facts: { file: path },
      cause,
    })
  })
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { path, hash, size: bytes.length, ...(x && { x }) }
}
