// Waits until a client has taken what was written for it.
import type { Duplex } from 'node:stream'

/** Resolves when all that was written has gone to the kernel, or never will. */
export async function drained(socket: Duplex): Promise<void> {
  if (!socket.writableNeedDrain || socket.destroyed) return
  await new Promise<void>(resolve => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
