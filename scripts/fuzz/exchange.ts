// What a client says on a connection, in pieces, and how it leaves; and all that it was answered.
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'

/** How long a connection may go on after its client has said all. */
const closeMs = 5000
/** How long one who will go without waiting for the end is there, so that some of what was said is being answered. */
const someMs = 30

/** How a client leaves: it closes its half and waits for the end, or it is gone at once, with or without a word. */
export type Leaving = 'end' | 'destroy' | 'reset'

export const leaving: fc.Arbitrary<Leaving> = fc.constantFrom('end', 'end', 'destroy', 'reset')

/** Dials, says it in pieces, closes its half, and waits for the end. */
export async function exchange(to: net.NetConnectOpts, chunks: readonly Buffer[]): Promise<string> {
  return (await exchangeBytes(dial(to), { chunks, leaving: 'end' })).toString()
}

/** A connection whose errors are nobody's matter. */
export function dial(to: net.NetConnectOpts): net.Socket {
  return net.connect({ ...to, allowHalfOpen: true } as net.NetConnectOpts).on('error', () => {})
}

/** Says it on a connection, and leaves as said. @param options.wire what is below `socket`, where it is not the wire itself */
export async function exchangeBytes(
  socket: Duplex,
  { chunks, leaving, wire = socket }: { chunks: readonly Buffer[]; leaving: Leaving; wire?: Duplex },
): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', part => parts.push(part as Buffer)).on('error', () => {})
  const closed = Promise.withResolvers<void>()
  socket.once('close', closed.resolve)
  const late = setTimeout(closed.resolve, closeMs)
  for (const chunk of chunks) socket.write(chunk)
  if (leaving === 'end') socket.end()
  else {
    await Promise.race([delay(someMs), closed.promise])
    if (leaving === 'reset' && wire instanceof net.Socket) wire.resetAndDestroy()
    socket.destroy()
  }
  await closed.promise
  clearTimeout(late)
  socket.destroy()
  wire.destroy()
  return Buffer.concat(parts)
}
