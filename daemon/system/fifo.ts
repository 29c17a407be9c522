// Writes into a named pipe that a process reads.
import { constants, open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const { O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** How long to wait before trying again to write into a pipe that is full. */
const fullMs = 20

/**
 * Writes all of `bytes`, and waits for as long as `signal` lets it while the pipe is full.
 * @returns how many bytes were written: fewer if `signal` was aborted
 * @throws the system's error; ENXIO if nobody reads
 */
export async function writeFifo(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<number> {
  const handle = await open(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFIFO()) throw new Error('it is not a pipe')
    let written = 0
    while (written < bytes.length && !signal.aborted) {
      const { bytesWritten } = await handle.write(bytes, written).catch(onFull)
      written += bytesWritten
      if (bytesWritten === 0) await delay(fullMs)
    }
    return written
  } finally {
    await handle.close()
  }
}

function onFull(error: NodeJS.ErrnoException): { bytesWritten: number } {
  if (error.code !== 'EAGAIN') throw error
  return { bytesWritten: 0 }
}
