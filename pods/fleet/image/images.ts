// Images by the hash of their bytes: kept at this host, and brought from the engine where they are missing. What does not have its hash is thrown
// away, whoever gave it.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image, OwnVerbs, P8a, Pushed } from 'p8a'
import { unavailable } from '../host/errors.ts'
import type { BlobPort } from '../port/ports.ts'
import { firstOf } from './first.ts'
import { blobsOfFolder, type Folder, giveFolder, isFolder, takeFolder } from './folders.ts'
import { sha256Of } from './hash.ts'

/** How many bytes go in one part. */
const partBytes = 64 * 1024

export class Images {
  #folder: string
  #blobs: BlobPort
  /** By which hash the root of this host has an image; a folder that was built elsewhere has another one here. */
  #here = new Map<string, string | undefined>()

  constructor(folder: string, blobs: BlobPort) {
    this.#folder = folder
    this.#blobs = blobs
  }

  /**
   * Gives an image to the other hosts.
   * @param pushed what came of it where it was pushed, by the verbs `own`
   * @param options.isDoubted what the engine has of it is read, and put again where it is not right
   * @param options.forOld as for `giveFolder`
   * @returns the hash by which they get it
   */
  async give(
    image: Image,
    { pushed, own, ...how }: { pushed: Pushed; own: OwnVerbs; isDoubted?: boolean; forOld?: boolean },
  ): Promise<string> {
    const { name } = image
    const given = image.tree
      ? await giveFolder({ own, blobs: this.#blobs, ...how }, { name, version: pushed.version })
      : image
    const bytes = Buffer.from(JSON.stringify(given))
    const hash = await sha256Of(bytes)
    const put = await this.#blobs.put(hash, partsOf(bytes))
    if (!put.ok) throw unavailable(put)
    await this.#keep(hash, bytes)
    return hash
  }

  /** Pushes an image to a namespace of this host. @throws {Error} if it is nowhere, or not what its hash says */
  async take(hash: string, { verbs, path, name }: { verbs: P8a['verbs']; path: string; name: string }): Promise<void> {
    const image = await this.#get(hash)
    const local = isFolder(image)
      ? await takeFolder(image, { verbs, blobs: this.#blobs, path })
      : (await verbs.ask('pod.push', { ...image, name, path })).hash
    await this.#keep(`${hash}.here`, Buffer.from(local))
    this.#here.set(hash, local)
  }

  /** The hash by which the root of this host has an image that was taken; undefined: it was not. */
  async here(hash: string): Promise<string | undefined> {
    if (!this.#here.has(hash)) {
      const kept = await readFile(join(this.#folder, `${hash}.here`), 'utf8').catch(() => undefined)
      this.#here.set(hash, kept)
    }
    return this.#here.get(hash)
  }

  async #get(hash: string): Promise<Image | Folder> {
    const kept = await readFile(join(this.#folder, hash)).catch(() => undefined)
    if (kept && (await sha256Of(kept)) === hash) return JSON.parse(kept.toString())
    const bytes = await firstOf(this.#blobs, hash, async bytes => {
      if ((await sha256Of(bytes)) === hash) return bytes
      throw new Error(`What the engine gives as image ${hash.slice(0, 12)} is not that image`)
    })
    if (!bytes) throw new Error(`There is no image ${hash.slice(0, 12)} at the engine`)
    await this.#keep(hash, bytes)
    return JSON.parse(bytes.toString())
  }

  async #keep(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const part = join(this.#folder, `${name}.part`)
    await rm(part, { force: true })
    const file = await open(part, 'wx', 0o600)
    await file.writeFile(bytes)
    await file.sync()
    await file.close()
    await rename(part, join(this.#folder, name))
  }
}

/** What an image is kept as at an engine: itself, and the packs of a folder. */
export async function* blobsOf(hash: string, blobs: BlobPort): AsyncGenerator<string> {
  yield hash
  const kept = await firstOf(blobs, hash, bytes => JSON.parse(bytes.toString()) as Image | Folder)
  if (kept && isFolder(kept)) yield* blobsOfFolder(kept)
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}
