// Bytes of log files, read by position. No file stays open between two reads, so an idle file costs no descriptor. It
// knows nothing of lines.
import { type FileHandle, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, openPlain } from '../system/plain-file.ts'
import { fileId, type LogFile } from './files.ts'

/**
 * Reads up to `length` bytes from `position` of a file. Fewer come at the end of the file; none if it is gone. Tests
 * replace it with one that counts.
 */
export type ReadBytes = (file: LogFile, position: number, length: number) => Promise<Buffer>

/** Reads from the file system; follows a file that was renamed since it was listed. */
export const readBytes: ReadBytes = async (file, position, length) => {
  const handle = await openListed(file)
  if (!handle) return Buffer.alloc(0)
  try {
    return await readFully(handle, { position, length })
  } finally {
    await handle.close()
  }
}

async function readFully(handle: FileHandle, range: { position: number; length: number }): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(range.length)
  let filled = 0
  while (filled < range.length) {
    const { bytesRead } = await handle.read(buffer, filled, range.length - filled, range.position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** The file that was listed, even if rotation has renamed it since; undefined if retention removed it. */
async function openListed(file: LogFile): Promise<FileHandle | undefined> {
  const handle = await openIfSame(file, file.name)
  if (handle) return handle
  const names = await readdir(file.dir).catch(ignoreMissing)
  for (const name of names ?? []) {
    if (!name.startsWith(`${file.liveName}.`)) continue
    const renamed = await openIfSame(file, name)
    if (!renamed) continue
    file.name = name
    return renamed
  }
  return undefined
}

async function openIfSame(file: LogFile, name: string): Promise<FileHandle | undefined> {
  const handle = await openPlain(join(file.dir, name)).catch(ignoreMissing)
  if (!handle) return undefined
  if (fileId(await handle.stat({ bigint: true })) === file.id) return handle
  await handle.close()
  return undefined
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
