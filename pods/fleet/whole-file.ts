// A file of secrets: written whole or not at all, and for nobody else.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'

export async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`
  try {
    await writeFile(temporary, text, { mode: 0o600, flush: true })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** @returns undefined if there is none. @throws what the system says */
export async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
