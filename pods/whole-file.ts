// A file in a pod's storage that is the one before or the new one, and never half of one, also on a full disk.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'

/** For this user alone, and on the disk before the file of that name is another one. */
const written = { mode: 0o600, flush: true } as const

/** @param text in parts, where it is long. @throws the system's error; then all is as before */
export async function writeWhole(file: string, text: string | Iterable<string>): Promise<void> {
  const temporary = temporaryOf(file)
  try {
    await writeFile(temporary, text, written)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** The same at once. */
export function writeWholeSync(file: string, content: string | Uint8Array): void {
  const temporary = temporaryOf(file)
  try {
    writeFileSync(temporary, content, written)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** @returns undefined if there is none. @throws the system's error */
export async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Another run of the pod may write the same file. */
function temporaryOf(file: string): string {
  return `${file}.${process.pid}.new`
}
