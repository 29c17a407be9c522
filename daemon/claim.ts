// One daemon for each data directory. The claim is an abstract Unix socket: taken atomically, and free again the moment
// its holder dies, however it dies. Elsewhere than on Linux a lock socket that answers proves its holder alive.
import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { P8aError } from '../protocol/errors.ts'

/** How long the holder may take to say who it is. */
const askMs = 1000

/**
 * Claims a data directory until this process ends.
 * @throws {P8aError} `host_running`, saying who holds it
 */
export async function claim(dataDir: string): Promise<void> {
  const name = await claimName(dataDir)
  const since = new Date().toISOString()
  const server = net.createServer(socket => {
    // Whoever asked may be gone before the answer is.
    socket.on('error', () => {})
    socket.setTimeout(askMs, () => socket.destroy())
    socket.end(JSON.stringify({ pid: process.pid, since }))
  })
  server.maxConnections = 16
  if (await tryListen(server, name)) return
  const holder = await askHolder(name)
  if (!holder && !name.startsWith('\0')) {
    await rm(name, { force: true })
    if (await tryListen(server, name)) return
  }
  throw new P8aError(
    'host_running',
    `Cannot start a host in ${dataDir}: ${holder ? `process ${holder.pid} holds it since ${holder.since}` : 'another process holds it'}`,
    {
      hint: 'See it with: pod host status. For a second host give it a directory of its own: --data DIR --port N',
      facts: { dataDir, ...holder },
    },
  )
}

async function claimName(dataDir: string): Promise<string> {
  const real = await realpath(dataDir)
  if (process.platform !== 'linux') return join(real, 'claim.sock')
  return `\0p8a-${createHash('sha256').update(real).digest('hex').slice(0, 32)}`
}

async function tryListen(server: net.Server, path: string): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    // Later ones, such as too many open files, are of no matter to whoever holds the claim.
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(path, () => resolve(true))
    server.unref()
  })
}

async function askHolder(name: string): Promise<{ pid: number; since: string } | undefined> {
  let text = ''
  try {
    const socket = net.connect(name)
    socket.setTimeout(askMs, () => socket.destroy())
    for await (const chunk of socket) text += chunk
    return JSON.parse(text) as { pid: number; since: string }
  } catch {
    // It died just now, or does not answer: it is not known who it is.
    return undefined
  }
}
