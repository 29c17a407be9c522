// Whether an address is free, and which process has it if it is not.
import { readdir, readFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { hasOneOf, listeners } from './kin.ts'

/** The process that listens to a port. */
export type Listener = { pid: number; name: string }

/**
 * Why nothing can listen at an address now, as the system calls it, such as `EADDRINUSE`; undefined if it is free.
 * @param at.host empty: all addresses of the machine
 */
export async function problemAt(at: { host: string; port: number }): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'EIO'))
  server.listen({ port: at.port, ...(at.host !== '' && { host: at.host }), exclusive: true }, () => resolve(undefined))
  const problem = await promise
  await new Promise(closed => server.close(closed))
  return problem
}

/** Whether anybody listens at a path. */
export async function isListenedAt(path: string): Promise<boolean> {
  const socket = createConnection(path)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return await promise.finally(() => socket.destroy())
}

/** The process that listens to a port, if this user may know it. Linux only. */
export async function listenerOf(port: number): Promise<Listener | undefined> {
  const sockets = await listeners(port)
  if (sockets.size === 0) return undefined
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name)).map(Number)
  for (const pid of pids) {
    if (!(await hasOneOf(pid, sockets))) continue
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    return { pid, name: name.trim() }
  }
  return undefined
}
