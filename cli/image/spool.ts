// An image that comes by a pipe. An image is read twice, and a pipe can be read once; so its bytes are kept in a file meanwhile.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * @param parts none of them is empty
 * @returns a file with all of them, whose name is gone already
 * @throws what `parts` throws
 */
export async function spool(parts: AsyncIterable<Buffer>): Promise<FileHandle> {
  const handle = await nameless()
  try {
    for await (const part of parts) await handle.writeFile(part)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function nameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'p8a-image-'))
  try {
    return await open(join(folder, 'image'), 'wx+', 0o600)
  } finally {
    await rm(folder, { recursive: true })
  }
}
