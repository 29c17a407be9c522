// Files of folders that come part by part, so that none is in memory as a whole. What has come of one waits beside the bytes that are whole, and is
// gone on with after whatever broke it off. Each namespace has its own: nobody spoils what another one sends.
import { createHash } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { saveError } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain } from '../system/plain-file.ts'
import { Turns } from '../system/turns.ts'
import { bytesFile, missingContents, notAnnounced, settle } from './contents.ts'
import { hashOfFile } from './shared-files.ts'

/** `path`: of the namespace that it is sent to; `offset`: where its first byte is in the file; `size`: of the whole file. */
export type Part = Sent & { offset: number; size: number; bytes: Buffer }

type Sent = { path: string; hash: string }

export class Parts {
  #paths: DataPaths
  #turns = new Turns()

  constructor(paths: DataPaths) {
    this.#paths = paths
  }

  /** How many bytes are here, sent to a namespace, of each file of which not all are, by hash. */
  async begun(path: string, hashes: readonly string[]): Promise<Record<string, number>> {
    const found = await Promise.all(hashes.map(async hash => [hash, await sizeOf(this.#file({ path, hash }))] as const))
    return Object.fromEntries(found.filter(([, bytes]) => bytes > 0))
  }

  /**
   * Takes what follows on what is here. Once all is here, and right, it is stored.
   * @returns how many bytes are here: whoever sends goes on from there
   * @throws {P8aError} `bad_image` if they have another hash, and `no_space`, and then it begins anew; `save_failed`
   */
  async take(part: Part): Promise<number> {
    return await this.#turns.take(part.hash, async () => await this.#take(part))
  }

  async #take({ path, hash, offset, size, bytes }: Part): Promise<number> {
    if ((await missingContents(this.#paths, [hash])).length === 0) return size
    const file = this.#file({ path, hash })
    const here = await sizeOf(file)
    if (offset > here || offset + bytes.length < here) return here
    const more = bytes.subarray(here - offset)
    const now = here + more.length
    if (now > size) return await refuse(file, hash, `more than ${size} bytes`)
    try {
      if (more.length > 0) await append(file, more, here)
      if (now < size) return now
      const found = await hashOfFile(file)
      if (found !== hash) return await refuse(file, hash, found)
      await finish(file, hash)
      await rename(file, bytesFile(this.#paths, { hash }))
      return size
    } catch (error) {
      const failure = error instanceof P8aError ? error : saveError(file, error)
      // What does not fit must not fill the disk for others, too.
      if (failure.code === 'no_space') await rm(file, { force: true })
      throw failure
    }
  }

  #file({ path, hash }: Sent): string {
    const namespace = createHash('sha256').update(path).digest('hex').slice(0, 16)
    return `${bytesFile(this.#paths, { hash })}.${namespace}.part`
  }
}

async function refuse(file: string, hash: string, found: string): Promise<never> {
  await rm(file, { force: true })
  throw notAnnounced(hash, found)
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
