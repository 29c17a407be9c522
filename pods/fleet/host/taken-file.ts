// When this host was last heard by its fleet, in the file by which exclusive pods live. It is written over and never emptied: that needs
// no room, and without it a full disk would end them all.
import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'

/** As many bytes as any time has, so that nothing of a longer one is left behind it. */
const bytes = 32

/** @returns ms since the boot; `NaN` where the file says nothing */
export async function readTaken(file: string): Promise<number> {
  return Number.parseFloat(await readFile(file, 'utf8').catch(() => ''))
}

/** @throws the system's error */
export async function writeTaken(file: string, takenMs: number): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT)
  try {
    await handle.write(String(takenMs).padEnd(bytes), 0)
  } finally {
    await handle.close()
  }
}
