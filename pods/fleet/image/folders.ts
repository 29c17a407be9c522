// Folders, from the host that was pushed to, through the engine, to the hosts that run them: a sheet that names files by their hashes, and the
// bytes of these in packs. What is there already is not sent again, so that whoever was broken off goes on.
import { createHash } from 'node:crypto'
import type { OwnVerbs, P8a } from 'p8a'
import { unavailable } from '../host/errors.ts'
import type { BlobPort } from '../port/ports.ts'
import { firstOf } from './first.ts'
import { type FolderFile, type Pack, packsOf, type Sheet } from './packs.ts'

/** A folder as it is kept by its hash. The version that it has on the host it comes from is no part of it. */
export type Folder = { name: string; folder: Pick<Sheet, 'file' | 'push' | 'files'> }

export const isFolder = (kept: object): kept is Folder => 'folder' in kept

/** Gives the engine those bytes of a folder that it does not have. @returns what is to be kept by its hash */
export async function giveFolder(
  { own, blobs }: { own: Pick<OwnVerbs, 'image' | 'imageBytes'>; blobs: BlobPort },
  { name, version }: { name: string; version: number },
): Promise<Folder> {
  const { file, push, files } = await own.image(name, { version })
  for (const pack of packsOf(files)) {
    const has = await blobs.has(pack.hash)
    if (!has.ok) throw unavailable(has)
    if (has.value) continue
    const put = await blobs.put(pack.hash, bytesOf(pack, { own, name, version }))
    if (!put.ok) throw unavailable(put)
  }
  return { name, folder: { file, push, files } }
}

/**
 * Brings a folder to a host, as a push of it with the files that the host does not have.
 * @param where.path of the namespace that gets it
 * @returns the hash that it has there
 * @throws {Error} if bytes are not there, or not what they should be
 */
export async function takeFolder(
  { name, folder: { file, push, files } }: Folder,
  { verbs, blobs, path }: { verbs: Pick<P8a['verbs'], 'ask'>; blobs: BlobPort; path: string },
): Promise<string> {
  const packs = packsOf(files)
  const amount = {
    files: files.length,
    bytes: packs.flatMap(pack => pack.files).reduce((sum, { size }) => sum + size, 0),
  }
  const hashes = packs.flatMap(pack => pack.files.map(({ hash }) => hash))
  const missing = new Set((await verbs.ask('pod.push.missing', { path, hashes, ...amount })).missing)
  for (const pack of packs) {
    const wanted = pack.files.filter(({ hash }) => missing.has(hash))
    if (wanted.length === 0) continue
    const found = await filesOf(pack, blobs)
    const sent = wanted.map(({ hash }) => ({ hash, data: (found.get(hash) as Buffer).toString('base64') }))
    await verbs.ask('pod.push.files', { path, files: sent })
  }
  // What it was built to is what is given.
  const pushed = await verbs.ask('pod.push', { path, name, file, ...push, tree: files, asIs: true })
  return pushed.hash
}

/** How much is asked of a host at once is its own matter. */
async function* bytesOf(
  { files }: Pack,
  { own, name, version }: { own: Pick<OwnVerbs, 'imageBytes'>; name: string; version: number },
): AsyncGenerator<Uint8Array> {
  for (const { path, hash, size } of files) {
    const digest = createHash('sha256')
    for (let offset = 0; offset < size; ) {
      const { data } = await own.imageBytes(name, path, { version, offset })
      const bytes = Buffer.from(data, 'base64')
      if (bytes.length === 0) break
      offset += bytes.length
      digest.update(bytes)
      for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
    }
    if (digest.digest('hex') !== hash) throw new Error(`The image of ${name} is damaged here: ${JSON.stringify(path)}`)
  }
}

/** Larger parts would hold up the messages of others. */
const partBytes = 64 * 1024

/** All files of a pack by their hashes, each of them checked. */
async function filesOf({ hash: name, files }: Pack, blobs: BlobPort): Promise<Map<string, Buffer>> {
  const found = await firstOf(blobs, name, all => {
    let at = 0
    return new Map(
      files.map(file => {
        const bytes = checked(all.subarray(at, at + file.size), file)
        at += file.size
        return [file.hash, bytes]
      }),
    )
  })
  if (found) return found
  throw new Error(`The engine does not have the files ${name.slice(0, 12)} of the image: push it again`)
}

function checked(bytes: Buffer, { path, hash }: FolderFile): Buffer {
  if (createHash('sha256').update(bytes).digest('hex') === hash) return bytes
  throw new Error(`What the engine gives as ${JSON.stringify(path)} of the image is another file`)
}
