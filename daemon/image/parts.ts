// Files of folders that come part by part, so that none is in memory as a whole. What has come of one waits beside the bytes that are whole, and is
// gone on with after whatever broke it off.
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { saveError } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain } from '../system/plain-file.ts'
import { Turns } from '../system/turns.ts'
import { bytesFile, missingContents, notAnnounced, settle } from './contents.ts'
import { hashOfFile } from './shared-files.ts'

/** `offset`: where its first byte is in the file; `size`: of the whole file. */
export type Part = { hash: string; offset: number; size: number; bytes: Buffer }

export class Parts {
  #paths: DataPaths
  #turns = new Turns()

  constructor(paths: DataPaths) {
    this.#paths = paths
  }

  /** How many bytes are here of each file of which not all are, by hash. */
  async begun(hashes: readonly string[]): Promise<Record<string, number>> {
    const found = await Promise.all(hashes.map(async hash => [hash, await sizeOf(this.#file(hash))] as const))
    return Object.fromEntries(found.filter(([, bytes]) => bytes > 0))
  }

  /**
   * Takes what follows on what is here. Once all is here, and right, it is stored.
   * @returns how many bytes are here: whoever sends goes on from there
   * @throws {P8aError} `bad_image` if they have another hash, and then it begins anew; `no_space`, `save_failed`
   */
  async take(part: Part): Promise<number> {
    return await this.#turns.take(part.hash, async () => await this.#take(part))
  }

  async #take({ hash, offset, size, bytes }: Part): Promise<number> {
    if ((await missingContents(this.#paths, [hash])).length === 0) return size
    const file = this.#file(hash)
    const here = await sizeOf(file)
    if (offset > here || offset + bytes.length < here) return here
    const more = bytes.subarray(here - offset)
    const now = here + more.length
    if (now > size) return await this.#refuse(hash, `more than ${size} bytes`)
    try {
      if (more.length > 0) await append(file, more, here)
      if (now < size) return now
      const found = await hashOfFile(file)
      if (found !== hash) return await this.#refuse(hash, found)
      await finish(file, hash)
      await rename(file, bytesFile(this.#paths, { hash }))
      return size
    } catch (error) {
      throw error instanceof P8aError ? error : saveError(file, error)
    }
  }

  async #refuse(hash: string, found: string): Promise<never> {
    await rm(this.#file(hash), { force: true })
    throw notAnnounced(hash, found)
  }

  #file(hash: string): string {
    return `${bytesFile(this.#paths, { hash })}.part`
  }
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0

async function append(file: string, bytes: Buffer, at: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await openPlain(file, { for: 'change' })
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
      done += bytesWritten
    }
  } finally {
    await handle.close()
  }
}

/** Makes it as bytes are that are stored. It may be so already, if a host was killed just then. */
async function finish(file: string, hash: string): Promise<void> {
  const handle = await openPlain(file)
  try {
    await handle.chmod(0o444)
    await settle(handle, hash)
  } finally {
    await handle.close()
  }
}
