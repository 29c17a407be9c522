// Where an image comes from: a host, or a file. Whoever takes it gets its sheet first, and checks the bytes of each file by their
// hash.
import { createHash } from 'node:crypto'
import { P8aError } from '../../protocol/errors.ts'
import type { ImageSheet } from '../../protocol/image.ts'
import type { TreeFile } from '../../protocol/tree.ts'
import type { RemoteHost } from '../remote/remote-host.ts'

export type ImageSource = {
  sheet: ImageSheet
  /** The bytes of a file, in parts, from some byte on; default: the first. */
  parts: (file: TreeFile, from?: number) => AsyncIterable<Buffer>
}

/** @throws {P8aError} `pod_not_found`, `version_not_found`, `unsupported` */
export async function imageOfHost(
  host: RemoteHost,
  { name, version }: { name: string; version: number | undefined },
): Promise<ImageSource> {
  const sheet = await host.call('image.show', { name, ...(version !== undefined && { version }) })
  const parts = async function* (file: TreeFile, from = 0) {
    const asked = { name, version: sheet.version, file: file.path }
    for (let offset = from; offset < file.size; ) {
      const { data } = await host.call('image.bytes', { ...asked, offset })
      const bytes = Buffer.from(data, 'base64')
      if (bytes.length === 0) return
      offset += bytes.length
      yield bytes
    }
  }
  return { sheet, parts }
}

/** The files of a sheet by their bytes: equal ones once, in the order in which they come first. */
export function filesOnce({ files }: ImageSheet): TreeFile[] {
  const byHash = new Map<string, TreeFile>()
  for (const entry of files) if ('hash' in entry && !byHash.has(entry.hash)) byHash.set(entry.hash, entry)
  return [...byHash.values()]
}

/** The bytes of a file, part by part. @throws {P8aError} `bad_image` behind the last one, if they are not those of the sheet */
export async function* checkedParts({ parts }: ImageSource, file: TreeFile): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let size = 0
  for await (const part of parts(file)) {
    hash.update(part)
    size += part.length
    yield part
  }
  if (size === file.size && hash.digest('hex') === file.hash) return
  const what = size === file.size ? 'its bytes have another hash' : `it has ${size} bytes in the place of ${file.size}`
  throw damagedFile(file.path, what)
}

export function damagedFile(path: string, what: string): P8aError {
  return new P8aError('bad_image', `Cannot take the image: ${JSON.stringify(path)} is damaged: ${what}`, {
    hint: 'Export or copy it once more',
    facts: { file: path },
  })
}

/** @throws {P8aError} `bad_image` */
export async function bytesOfFile(source: ImageSource, file: TreeFile): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of checkedParts(source, file)) parts.push(part)
  return Buffer.concat(parts)
}
