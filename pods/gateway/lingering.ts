// A client that is answered while it still sends may go on for a while, unread: if its connection were closed at once, the system would reset it,
// and the answer would be lost on its way (RFC 9112 9.6).
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Asking } from './sides.ts'

/** To be called before the answer ends. */
export function linger(request: Asking, ms: number): void {
  request.resume()
  const giveUp = () => void request.destroy()
  const timer = setTimeout(giveUp, ms)
  request.once('close', () => clearTimeout(timer))
  if (request.httpVersion === '2.0') return
  const socket = request.socket as Socket
  // Once it is answered, Node tells a request no more that its connection has closed.
  socket.once('close', giveUp)
  // Node calls this after the last answer of a connection.
  const ends = { destroySoon: () => socket.end() }
  Object.assign(socket, ends)
  request.once('close', () => {
    socket.off('close', giveUp)
    if (socket.destroySoon === ends.destroySoon) Reflect.deleteProperty(socket, 'destroySoon')
    if (hasEnded({ socket })) socket.destroySoon()
  })
}

/** Whether the last answer of a connection has gone out: what comes then is no request any more. */
export const hasEnded = ({ socket }: { socket: Duplex }) => socket.writableEnded

/** For a connection that brings no other request; `end` is called on it. */
export function lingerOn(socket: Duplex, ms: number): void {
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
  socket.resume().end()
}
