// Reads single lines from a connection before anything else may read it.
import type { Duplex } from 'node:stream'

const newline = 10

/**
 * The next line, without its end; undefined if the connection ended, or sent too much, before it. Data after the line
 * stays to be read.
 */
export function readLine(socket: Duplex, { maxBytes }: { maxBytes: number }): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  let seen: Buffer = Buffer.alloc(0)
  const settle = (line: string | undefined, rest?: Buffer) => {
    socket.pause()
    socket.off('data', onData).off('close', onEnd).off('end', onEnd)
    if (rest && rest.length > 0) socket.unshift(rest)
    resolve(line)
  }
  const onEnd = () => settle(undefined)
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk])
    const end = seen.indexOf(newline)
    if (end === -1 ? seen.length > maxBytes : end > maxBytes) return settle(undefined)
    if (end !== -1) settle(seen.subarray(0, end).toString().replace(/\r$/, ''), seen.subarray(end + 1))
  }
  socket.on('data', onData).once('close', onEnd).once('end', onEnd)
  // A connection that has ended already emits nothing more.
  if (socket.destroyed || socket.readableEnded) onEnd()
  else socket.resume()
  return promise
}
