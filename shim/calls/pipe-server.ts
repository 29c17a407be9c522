// Listens at a Unix socket without loading `net` before somebody connects: many runs are never called.
import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { findPipeWraps, type PipeHandle, type PipeWraps } from '../../protocol/pipe-wraps.ts'

const backlog = 1024

export type PipeServer = {
  /** Whoever is connected stays so. */
  close(): void
}

/**
 * Resolves once it listens. It keeps no process alive.
 * @throws an error of the system
 */
export async function listenAt(path: string, onConnection: (socket: Socket) => void): Promise<PipeServer> {
  const wraps = findPipeWraps()
  return wraps ? listenByWraps(path, onConnection, wraps) : await listenByNet(path, onConnection)
}

function listenByWraps(path: string, onConnection: (socket: Socket) => void, { pipes }: PipeWraps): PipeServer {
  const handle = new pipes.Pipe(pipes.constants.SERVER)
  // Without a client there are too many open files, for example: whoever connects now is not served, and a later one is.
  handle.onconnection = (_status, client) => client && onConnection(socketOn(client))
  const failed = handle.bind(path) || handle.listen(backlog)
  if (failed) {
    handle.close()
    throw systemError(failed, path)
  }
  handle.unref()
  return handle
}

/** As a server of `net` makes it, and tells of it. */
function socketOn(handle: PipeHandle): Socket {
  const { Socket } = process.getBuiltinModule('node:net')
  const socket = new Socket({ handle, readable: true, writable: true } as object)
  channel('net.server.socket').publish({ socket })
  return socket
}

function systemError(number: number, path: string): NodeJS.ErrnoException {
  const code = process.getBuiltinModule('node:util').getSystemErrorName(number)
  return Object.assign(new Error(`listen ${code}: ${path}`), { code, syscall: 'listen', address: path })
}

async function listenByNet(path: string, onConnection: (socket: Socket) => void): Promise<PipeServer> {
  const server = process.getBuiltinModule('node:net').createServer(onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog }, resolve)
  })
  server.removeAllListeners('error').on('error', () => {})
  server.unref()
  return { close: () => void server.close() }
}
