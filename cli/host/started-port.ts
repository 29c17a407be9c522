// The port that the host on this machine was started with, which its next start takes again.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Undefined if there is none, or it cannot be known: the daemon says what is wrong with the file. */
export async function startedPort(dataDir: string): Promise<number | undefined> {
  try {
    const { port } = JSON.parse(await readFile(join(dataDir, 'start.json'), 'utf8')) as { port?: unknown }
    return typeof port === 'number' ? port : undefined
  } catch {
    return undefined
  }
}
