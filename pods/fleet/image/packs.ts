// The files of a folder in packs, so that many small ones are one thing for the engine, and large ones in pieces, so that none is in memory as a
// whole. A file that changes changes its own pack, and leaves those of the others. Pure.
import { createHash } from 'node:crypto'
import type { OwnVerbs } from 'p8a'

export type Sheet = Awaited<ReturnType<OwnVerbs['image']>>
type Entry = Sheet['files'][number]
export type FolderFile = Extract<Entry, { hash: string }>

/** `hash`: sha256 of the hashes of its files, a line each. */
export type Pack = { hash: string; files: FolderFile[] }

/** Of large files, by their hashes: the sha256 of each of their pieces. A folder that an earlier version gave has none. */
export type Pieces = Readonly<Record<string, readonly string[]>>

/** How long each piece of a large file is, but for the last one. */
export const pieceBytes = 4 * 1024 * 1024

/** A pack that has so many bytes takes no more files. */
const packBytes = 4 * 1024 * 1024
/** With these letters of its hash a file ends its pack: where packs end does not hang on what stands before. */
const endMark = '00'

/** The files that go in pieces, equal ones once. */
export function largeOf(entries: readonly Entry[]): FolderFile[] {
  const large = entries.filter((entry): entry is FolderFile => 'hash' in entry && entry.size > pieceBytes)
  return [...new Map(large.map(file => [file.hash, file])).values()]
}

/** Equal files are in one pack, once; those that go in pieces are in none. */
export function packsOf(entries: readonly Entry[], pieces: Pieces = {}): Pack[] {
  const packs: Pack[] = []
  let files: FolderFile[] = []
  let bytes = 0
  const close = () => {
    if (files.length > 0) packs.push({ hash: nameOf(files), files })
    files = []
    bytes = 0
  }
  const told = new Set<string>()
  for (const entry of entries) {
    if (!('hash' in entry) || told.has(entry.hash) || Object.hasOwn(pieces, entry.hash)) continue
    told.add(entry.hash)
    files.push(entry)
    bytes += entry.size
    if (bytes >= packBytes || entry.hash.startsWith(endMark)) close()
  }
  close()
  return packs
}

const nameOf = (files: FolderFile[]): string =>
  createHash('sha256')
    .update(files.map(({ hash }) => `${hash}\n`).join(''))
    .digest('hex')
