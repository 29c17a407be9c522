// Which of what was put under a name is what has that name: anyone may have put something else there.
import { unavailable } from '../host/errors.ts'
import type { BlobPort } from '../port/ports.ts'

/**
 * @param check of all of its bytes; throws where they are something else
 * @returns what `check` returns of the first that is right; undefined: nothing was put
 * @throws {Error} `fleet_unavailable`; what `check` throws, if none is right
 */
export async function firstOf<T>(
  blobs: BlobPort,
  hash: string,
  check: (bytes: Buffer) => T | Promise<T>,
): Promise<T | undefined> {
  let wrong: { error: unknown } | undefined
  for (let skipped = 0; ; skipped++) {
    const opened = await blobs.open(hash, skipped)
    if (!opened.ok) throw unavailable(opened)
    if (!opened.value) break
    try {
      const parts: Uint8Array[] = []
      for await (const part of opened.value) parts.push(part)
      return await check(Buffer.concat(parts))
    } catch (error) {
      wrong ??= { error }
    }
  }
  if (wrong) throw wrong.error
  return undefined
}
