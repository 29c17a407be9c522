// Removes one file, in one call of the system: Node's `rm` looks at it first, and again.
import { unlink } from 'node:fs/promises'
import { isMissing } from './plain-file.ts'

/** What is not there is no error. @throws the system's error, also for a folder */
export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
