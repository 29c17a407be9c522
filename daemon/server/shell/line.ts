// Reads single lines from a connection before anything else may read it.
import type { Duplex } from 'node:stream'

const newline = 10

/**
 * The next line, without its end; undefined where the connection ended or said too much before. What came behind it
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
  // One that has left already says so no more.
  if (socket.destroyed || socket.readableEnded) onEnd()
  else socket.resume()
  return promise
}
