// Wraps what tells a word to clients, to runs and to other hosts. It is no point: a host that dies there dies between two points.
import net from 'node:net'
import type { Points } from './points.ts'

export function wrapWords(points: Points): void {
  const { write } = net.Socket.prototype
  net.Socket.prototype.write = function (this: net.Socket, ...args: unknown[]) {
    points.tell()
    return write.apply(this, args as never)
  } as typeof write
}
