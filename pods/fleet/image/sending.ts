// What a host gets of the files of a folder: small ones together, and of larger ones a part in each message, so that no message holds up others.
import type { P8a } from 'p8a'
import type { FolderFile } from './packs.ts'

/** How many bytes go in one message. */
const messageBytes = 1024 * 1024

export class Sending {
  #verbs: Pick<P8a['verbs'], 'ask'>
  #path: string
  #begun: Readonly<Record<string, number>> | undefined

  /** @param options.begun what the host has told that it has of files; undefined: it takes them as a whole alone */
  constructor(
    verbs: Pick<P8a['verbs'], 'ask'>,
    { path, begun }: { path: string; begun: Readonly<Record<string, number>> | undefined },
  ) {
    this.#verbs = verbs
    this.#path = path
    this.#begun = begun
  }

  async files(files: readonly (FolderFile & { bytes: Buffer })[]): Promise<void> {
    let batch: { hash: string; data: string }[] = []
    let size = 0
    const flush = async () => {
      if (batch.length > 0) await this.#send(batch)
      batch = []
      size = 0
    }
    for (const file of files) {
      const { hash, bytes } = file
      if (this.#begun && file.size > messageBytes) {
        for (let at = this.begin(file); at < file.size; ) at = await this.part(file, { at, bytes: bytes.subarray(at) })
        continue
      }
      if (size + bytes.length > messageBytes) await flush()
      batch.push({ hash, data: bytes.toString('base64') })
      size += bytes.length
    }
    await flush()
  }

  /** Where a file is gone on with. The last byte is sent also where the host has all of them: then it looks whether they are right. */
  begin({ hash, size }: FolderFile): number {
    return Math.min(this.#begun?.[hash] ?? 0, size - 1)
  }

  /**
   * Sends bytes of a file that begin at `at`, as far as the host takes them there.
   * @returns where it is gone on with
   */
  async part({ hash, size }: FolderFile, { at, bytes }: { at: number; bytes: Buffer }): Promise<number> {
    const end = at + bytes.length
    for (let from = at; from < end; ) {
      const more = bytes.subarray(from - at, from - at + messageBytes)
      const { begun } = await this.#send([{ hash, data: more.toString('base64'), offset: from, size }])
      const now = begun?.[hash] ?? 0
      if (now !== from + more.length) return now
      from = now
    }
    return end
  }

  async #send(files: { hash: string; data: string; offset?: number; size?: number }[]) {
    return await this.#verbs.ask('pod.push.files', { path: this.#path, files })
  }
}
