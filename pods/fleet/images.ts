// Images by the hash of their bytes: kept at this host, and brought from the engine where they are missing. What does not have its hash is thrown
// away, whoever gave it.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image } from 'p8a'
import { unavailable } from './host/errors.ts'
import type { BlobPort } from './port/ports.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** How many bytes go in one part. */
const partBytes = 64 * 1024

export class Images {
  #folder: string
  #blobs: BlobPort

  constructor(folder: string, blobs: BlobPort) {
    this.#folder = folder
    this.#blobs = blobs
  }

  /** @returns the hash by which other hosts get it */
  async put(image: Image): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(image))
    const hash = sha256(bytes)
    const put = await this.#blobs.put(hash, partsOf(bytes))
    if (!put.ok) throw unavailable(put)
    await this.#keep(hash, bytes)
    return hash
  }

  /** @throws {Error} if it is nowhere, or not what its hash says */
  async get(hash: string): Promise<Image> {
    const kept = await readFile(join(this.#folder, hash)).catch(() => undefined)
    if (kept && sha256(kept) === hash) return JSON.parse(kept.toString())
    const opened = await this.#blobs.open(hash)
    if (!opened.ok) throw unavailable(opened)
    if (!opened.value) throw new Error(`There is no image ${hash.slice(0, 12)} at the engine`)
    const parts: Uint8Array[] = []
    for await (const part of opened.value) parts.push(part)
    const bytes = Buffer.concat(parts)
    if (sha256(bytes) !== hash) throw new Error(`What the engine gives as image ${hash.slice(0, 12)} is not that image`)
    await this.#keep(hash, bytes)
    return JSON.parse(bytes.toString())
  }

  async #keep(hash: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const part = join(this.#folder, `${hash}.part`)
    await rm(part, { force: true })
    const file = await open(part, 'wx', 0o600)
    await file.writeFile(bytes)
    await file.sync()
    await file.close()
    await rename(part, join(this.#folder, hash))
  }
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}
