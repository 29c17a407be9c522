// A file in the storage of the gateway that is the one before or the new one, and never half of one, also on a full disk.
import { rename, rm, writeFile } from 'node:fs/promises'

/** Readable for this user alone. @throws the system's error; then all is as before */
export async function writeWhole(path: string, text: string): Promise<void> {
  // Another run of the gateway may write the same.
  const temporary = `${path}.${process.pid}.new`
  try {
    await writeFile(temporary, text, { mode: 0o600, flush: true })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
