// Folders, from the host that was pushed to, through the engine, to the hosts that run them: a sheet that names files by their hashes, and the
// bytes of these in packs and pieces. What is there already is not sent again, so that whoever was broken off goes on.
import { createHash } from 'node:crypto'
import type { OwnVerbs, P8a } from 'p8a'
import { unavailable } from '../host/errors.ts'
import type { BlobPort } from '../port/ports.ts'
import { firstOf } from './first.ts'
import { sha256Of, update } from './hash.ts'
import { type FolderFile, largeOf, type Pack, type Pieces, packsOf, pieceBytes, type Sheet } from './packs.ts'
import { Sending } from './sending.ts'

/** A folder as it is kept by its hash. The version that it has on the host it comes from is no part of it. */
export type Folder = { name: string; folder: Pick<Sheet, 'file' | 'push' | 'files'> & { pieces?: Pieces } }

export const isFolder = (kept: object): kept is Folder => 'folder' in kept

export type Giving = {
  own: Pick<OwnVerbs, 'image' | 'imageBytes'>
  blobs: BlobPort
  /** What the engine says that it has is read, and put again where it is not right. */
  isDoubted?: boolean
  /** Hosts of an earlier version are to take it, too: it goes in packs, but for files that those do not take by their usual settings. */
  forOld?: boolean
}

/** The largest file that a host of an earlier version takes by its usual settings. */
const oldFileBytes = 64 * 1024 * 1024

/** Gives the engine those bytes of a folder that it does not have. @returns what is to be kept by its hash */
export async function giveFolder(
  { own, blobs, isDoubted = false, forOld = false }: Giving,
  { name, version }: { name: string; version: number },
): Promise<Folder> {
  const { file, push, files } = await own.image(name, { version })
  const source = { own, name, version }
  const give = async (hash: string, bytes: AsyncIterable<Uint8Array>, check: (bytes: Buffer) => Promise<unknown>) => {
    if (await isThere(blobs, hash, isDoubted ? check : undefined)) return
    const put = await blobs.put(hash, bytes)
    if (!put.ok) throw unavailable(put)
  }
  const pieces: Record<string, string[]> = {}
  for (const large of largeOf(files).filter(({ size }) => !forOld || size > oldFileBytes)) {
    const hashes: string[] = []
    for await (const piece of partsOf(large, source)) {
      const hash = await sha256Of(piece)
      await give(hash, inParts(piece), bytes => checkedPiece(bytes, { file: large, hash }))
      hashes.push(hash)
    }
    pieces[large.hash] = hashes
  }
  for (const pack of packsOf(files, pieces)) await give(pack.hash, bytesOf(pack, source), all => inPack(pack, all))
  return { name, folder: { file, push, files, ...(Object.keys(pieces).length > 0 && { pieces }) } }
}

/** What a folder is kept as, beside its sheet. */
export const blobsOfFolder = ({ folder: { files, pieces = {} } }: Folder): string[] => [
  ...Object.values(pieces).flat(),
  ...packsOf(files, pieces).map(({ hash }) => hash),
]

/**
 * Brings a folder to a host, as a push of it with the files that the host does not have.
 * @param where.path of the namespace that gets it
 * @returns the hash that it has there
 * @throws {Error} if bytes are not there, or not what they should be
 */
export async function takeFolder(
  { name, folder: { file, push, files, pieces = {} } }: Folder,
  { verbs, blobs, path }: { verbs: Pick<P8a['verbs'], 'ask'>; blobs: BlobPort; path: string },
): Promise<string> {
  const packs = packsOf(files, pieces)
  const large = largeOf(files).filter(({ hash }) => Object.hasOwn(pieces, hash))
  const wanted = [...large, ...packs.flatMap(pack => pack.files)]
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0)
  const largest = wanted.reduce<FolderFile | undefined>((a, b) => (a && a.size >= b.size ? a : b), undefined)
  const told = await verbs.ask('pod.push.missing', {
    ...{ path, hashes: wanted.map(({ hash }) => hash), files: files.length, bytes },
    ...(largest && { largest: { path: largest.path, size: largest.size } }),
  })
  const missing = new Set(told.missing)
  const sending = new Sending(verbs, { path, begun: told.begun })
  for (const one of large) if (missing.has(one.hash)) await takeLarge(one, { pieces, blobs, sending })
  for (const pack of packs) {
    const wanted = pack.files.filter(({ hash }) => missing.has(hash))
    if (wanted.length === 0) continue
    const found = await filesOf(pack, blobs)
    await sending.files(wanted.map(one => ({ ...one, bytes: found.get(one.hash) as Buffer })))
  }
  // What it was built to is what is given.
  const pushed = await verbs.ask('pod.push', { path, name, file, ...push, tree: files, asIs: true })
  return pushed.hash
}

/** @param check undefined: what is said to be there is taken for right */
async function isThere(
  blobs: BlobPort,
  hash: string,
  check: ((bytes: Buffer) => Promise<unknown>) | undefined,
): Promise<boolean> {
  const has = await blobs.has(hash)
  if (!has.ok) throw unavailable(has)
  if (!has.value || !check) return has.value
  return await firstOf(blobs, hash, check).then(
    found => found !== undefined,
    error => {
      if (error.code !== undefined) throw error
      return false
    },
  )
}

type Source = { own: Pick<OwnVerbs, 'imageBytes'>; name: string; version: number }

async function* bytesOf({ files }: Pack, source: Source): AsyncGenerator<Uint8Array> {
  for (const file of files) for await (const part of partsOf(file, source)) yield* inParts(part)
}

/** The bytes of a file in parts of {@link pieceBytes}, the last one shorter. @throws {Error} behind them, where they are not those of its hash */
async function* partsOf({ path, hash, size }: FolderFile, { own, name, version }: Source): AsyncGenerator<Buffer> {
  const digest = createHash('sha256')
  for (let offset = 0; offset < size; ) {
    const parts: Buffer[] = []
    const end = Math.min(size, offset + pieceBytes)
    // How much is given at once is a matter of the host.
    while (offset < end) {
      const { data } = await own.imageBytes(name, path, { version, offset })
      const bytes = Buffer.from(data, 'base64').subarray(0, end - offset)
      if (bytes.length === 0) break
      offset += bytes.length
      parts.push(bytes)
      await update(digest, bytes)
    }
    if (offset < end) break
    yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }
  if (digest.digest('hex') !== hash) throw new Error(`The image of ${name} is damaged here: ${JSON.stringify(path)}`)
}

/** Larger parts would hold up the messages of others. */
const partBytes = 64 * 1024

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}

/** Piece by piece, from where the host has it. */
async function takeLarge(
  file: FolderFile,
  { pieces, blobs, sending }: { pieces: Pieces; blobs: BlobPort; sending: Sending },
): Promise<void> {
  for (let at = sending.begin(file); at < file.size; ) {
    const index = Math.floor(at / pieceBytes)
    const hash = pieces[file.hash]?.[index] ?? ''
    const piece = await firstOf(blobs, hash, bytes => checkedPiece(bytes, { file, hash }))
    if (!piece) throw notThere(hash)
    at = await sending.part(file, { at, bytes: piece.subarray(at - index * pieceBytes) })
  }
}

/** All files of a pack by their hashes, each of them checked. */
async function filesOf(pack: Pack, blobs: BlobPort): Promise<Map<string, Buffer>> {
  const found = await firstOf(blobs, pack.hash, all => inPack(pack, all))
  if (found) return found
  throw notThere(pack.hash)
}

async function inPack({ files }: Pack, all: Buffer): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  let at = 0
  for (const file of files) {
    const bytes = all.subarray(at, at + file.size)
    if ((await sha256Of(bytes)) !== file.hash) throw another(file)
    found.set(file.hash, bytes)
    at += file.size
  }
  return found
}

async function checkedPiece(bytes: Buffer, { file, hash }: { file: FolderFile; hash: string }): Promise<Buffer> {
  if ((await sha256Of(bytes)) === hash) return bytes
  throw another(file)
}

const notThere = (hash: string) =>
  new Error(`The engine does not have the files ${hash.slice(0, 12)} of the image: push it again`)

const another = ({ path }: FolderFile) =>
  new Error(`What the engine gives as ${JSON.stringify(path)} of the image is another file: push it again`)
