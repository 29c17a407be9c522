// `images/files/`: the bytes of pushed files, each once, by their hash. The trees of versions have links to them, so that
// equal files share their bytes; nobody may write in them.
import { createHash } from 'node:crypto'
import { type FileHandle, link, mkdir, open, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { Tree, TreeFile } from '../../protocol/tree.ts'
import { saveError } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'

/** A file that can be executed has bytes of its own: links share their mode. */
type Bytes = Pick<TreeFile, 'hash' | 'x'>

/** Where bytes are that are stored. */
export function bytesFile(paths: DataPaths, { hash, x }: Bytes): string {
  return join(paths.contents, hash.slice(0, 2), x ? `${hash}.x` : hash)
}

/** Those of `hashes` whose bytes are not there. */
export async function missingContents(paths: DataPaths, hashes: Iterable<string>): Promise<string[]> {
  const asked = await Promise.all(
    [...new Set(hashes)].map(async hash => ((await hasContent(paths, hash)) ? [] : [hash])),
  )
  return asked.flat()
}

async function hasContent(paths: DataPaths, hash: string): Promise<boolean> {
  const found = await Promise.all([{ hash }, { hash, x: true as const }].map(bytes => isThere(paths, bytes)))
  return found.includes(true)
}

/** Whether the bytes are there as they were stored: root may have written in them through one of the links. */
async function isThere(paths: DataPaths, bytes: Bytes): Promise<boolean> {
  const found = await stat(bytesFile(paths, bytes)).catch(() => undefined)
  return found?.mtimeMs === markOf(bytes.hash)
}

/**
 * The time that stored bytes have, made of their hash. So what was written in later shows itself; and what web servers make of
 * time and size, to tell one content from another, differs with the content.
 */
function markOf(hash: string): number {
  return (946_684_800 + Number.parseInt(hash.slice(0, 7), 16)) * 1000
}

/** The text of a file that is stored. @throws the system's error if it is not */
export async function readContent(paths: DataPaths, hash: string): Promise<string> {
  const isPlain = await isThere(paths, { hash })
  return await readFile(bytesFile(paths, isPlain ? { hash } : { hash, x: true }), 'utf8')
}

let lastTemporary = 0

/** Stores bytes. @throws {P8aError} `bad_image` if they have another hash; `no_space`, `save_failed` */
export async function saveContent(paths: DataPaths, hash: string, bytes: Buffer): Promise<void> {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== hash) throw notAnnounced(hash, found)
  await writeBytes(paths, { hash }, bytes)
}

/** @param found the hash of what has come, or what is wrong with it */
export function notAnnounced(hash: string, found: string): P8aError {
  return new P8aError('bad_image', 'Cannot store a file of the folder: its bytes are not those that were announced', {
    hint: 'It was changed while it was pushed: push again',
    facts: { hash, found },
  })
}

/** Gives a file the time of stored bytes; then it is on the disk. */
export async function settle(handle: FileHandle, hash: string): Promise<void> {
  const mark = markOf(hash) / 1000
  await handle.utimes(mark, mark)
  await handle.sync()
}

async function writeBytes(paths: DataPaths, of: Bytes, bytes: Buffer): Promise<void> {
  const final = bytesFile(paths, of)
  if (await isThere(paths, of)) return
  // What is left of it where the host dies now is swept as bytes are that nobody uses.
  const temporary = `${final}.new-${process.pid}-${++lastTemporary}`
  try {
    await mkdir(dirname(final), { recursive: true, mode: 0o700 })
    const handle = await open(temporary, 'wx', of.x ? 0o555 : 0o444)
    try {
      await handle.writeFile(bytes)
      await settle(handle, of.hash)
    } finally {
      await handle.close()
    }
    await rename(temporary, final)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw saveError(final, error)
  }
}

/** Makes the files and links of `tree` below `folder`. @throws {P8aError} `bad_image`, `no_space`, `save_failed` */
export async function placeTree(paths: DataPaths, tree: Tree, folder: string): Promise<void> {
  const folders = new Set(tree.map(({ path }) => dirname(path)))
  for (const inner of folders) await mkdir(join(folder, inner), { recursive: true, mode: 0o755 })
  const lanes = Array.from({ length: placingWidth }, (_, lane) =>
    tree.filter((_, index) => index % placingWidth === lane),
  )
  try {
    await Promise.all(
      lanes.map(async entries => {
        for (const entry of entries) await place(paths, entry, join(folder, entry.path))
      }),
    )
  } catch (error) {
    throw error instanceof P8aError ? error : saveError(folder, error)
  }
}

/** How many files are linked at once. */
const placingWidth = 16

async function place(paths: DataPaths, entry: Tree[number], at: string): Promise<void> {
  if ('link' in entry) return await symlink(entry.link, at)
  await (entry.x ? makeExecutable(paths, entry.hash) : makePlain(paths, entry.hash))
  await link(bytesFile(paths, entry), at)
}

/** The bytes come without their mode; there is a copy for each of the two, where both are used. */
async function makePlain(paths: DataPaths, hash: string): Promise<void> {
  if (await isThere(paths, { hash })) return
  await writeBytes(paths, { hash }, await readFile(bytesFile(paths, { hash, x: true })))
}

async function makeExecutable(paths: DataPaths, hash: string): Promise<void> {
  if (await isThere(paths, { hash, x: true })) return
  await writeBytes(paths, { hash, x: true }, await readFile(bytesFile(paths, { hash })))
}
