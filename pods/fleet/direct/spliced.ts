// Two connections that are one from now on: bytes go through as they come, whichever side is slow, and each side may end before the other.
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** `raw`: what is beneath it, if anything is. */
export type Side = { socket: Duplex; raw?: Socket }

/** @returns resolves once both are closed */
export async function spliced(one: Side, other: Side): Promise<void> {
  const closed = [
    [one, other],
    [other, one],
  ].map(async ([from, to]) => await through(from as Side, to as Side))
  await Promise.all(closed)
}

/** Takes on what `from` brings. A side that breaks off breaks off the other one. */
async function through(from: Side, to: Side): Promise<void> {
  const { socket } = from
  socket.pipe(to.socket)
  const closed = Promise.withResolvers<void>()
  socket.on('error', () => breakOff(to))
  socket.once('close', () => {
    // What has come to both of its ends may wait to be sent on.
    if (!socket.readableEnded || !socket.writableFinished) breakOff(to)
    closed.resolve()
  })
  if (socket.destroyed) breakOff(to)
  if (socket.closed) closed.resolve()
  await closed.promise
}

/** So that the other end takes it for no usual end, where the kernel can tell that. */
export function breakOff({ socket, raw }: Side): void {
  const beneath = raw ?? (socket instanceof Socket ? socket : undefined)
  if (beneath && !beneath.destroyed && beneath.remotePort !== undefined) beneath.resetAndDestroy()
  socket.destroy()
}
