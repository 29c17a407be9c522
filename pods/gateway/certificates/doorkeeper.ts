// Reads what a client of TLS wants before TLS itself does: a name that nobody has here is told so by the alert that is meant for it,
// which Node's own server cannot send, and a certificate authority that looks for its challenge goes to another server.
import type { Socket } from 'node:net'
import type { Server } from 'node:tls'
import { type Hello, maxHelloBytes, readHello } from './hello.ts'

/** `in`: as ever; `unknown`: with the alert unrecognized_name; or to another server, which does not listen itself. */
export type Way = 'in' | 'unknown' | Server

/** The alert as a record of TLS: fatal, unrecognized_name (RFC 6066 3). */
const unrecognizedName = Buffer.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70)

/** Lets each client of a server pass by what it says first. `timeoutMs`: how long it may take for that. */
export function guard(
  server: Server,
  { way, timeoutMs }: { way: (hello: Hello) => Way | Promise<Way>; timeoutMs: number },
): void {
  const inside = server.listeners('connection')
  server.removeAllListeners('connection')
  const letIn = (socket: Socket) => {
    for (const listener of inside) listener.call(server, socket)
  }
  server.on('connection', (socket: Socket) => {
    // The client may leave at any moment, also between two owners of its socket.
    socket.on('error', () => socket.destroy())
    const timer = setTimeout(() => socket.destroy(), timeoutMs)
    socket.once('close', () => clearTimeout(timer))
    const show = (to: Way) => {
      clearTimeout(timer)
      if (socket.destroyed) return
      if (to === 'in') letIn(socket)
      else if (to === 'unknown') socket.end(unrecognizedName, () => socket.destroySoon())
      else to.emit('connection', socket)
    }
    peek(socket, hello => {
      // What is no hello is refused by TLS itself.
      const to = hello === undefined ? 'in' : way(hello)
      if (to instanceof Promise) void to.then(show)
      else show(to)
    })
  })
}

/** Reads until it is known what the client wants, and gives all of it back to the socket. */
function peek(socket: Socket, then: (hello: Hello | undefined) => void): void {
  const parts: Buffer[] = []
  const onReadable = () => {
    for (let part = socket.read(); part !== null; part = socket.read()) parts.push(part as Buffer)
    if (parts.length === 0) return
    const bytes = Buffer.concat(parts)
    const hello = readHello(bytes)
    if (hello === 'more' && bytes.length < maxHelloBytes) return
    socket.off('readable', onReadable)
    socket.unshift(bytes)
    then(hello === 'more' ? undefined : hello)
  }
  socket.on('readable', onReadable)
}
