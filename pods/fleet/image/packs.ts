// The files of a folder in packs, so that many small ones are one piece for the engine. A file that changes changes its own pack, and leaves
// those of the others. Pure.
import { createHash } from 'node:crypto'
import type { OwnVerbs } from 'p8a'

export type Sheet = Awaited<ReturnType<OwnVerbs['image']>>
type Entry = Sheet['files'][number]
export type FolderFile = Extract<Entry, { hash: string }>

/** `hash`: sha256 of the hashes of its files, a line each. */
export type Pack = { hash: string; files: FolderFile[] }

/** A pack that has so many bytes takes no more files. */
const packBytes = 4 * 1024 * 1024
/** With these letters of its hash a file ends its pack: where packs end does not hang on what stands before. */
const endMark = '00'

/** Equal files are in one pack, once. */
export function packsOf(entries: readonly Entry[]): Pack[] {
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
    if (!('hash' in entry) || told.has(entry.hash)) continue
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
