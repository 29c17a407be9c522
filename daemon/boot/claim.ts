// One daemon for each data directory. The claim is an abstract Unix socket: taken atomically, and free again the moment
// its holder dies, however it dies. On other systems than Linux, a lock socket that answers proves that its holder is
// alive.
import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Listeners } from '../system/listeners.ts'
import { type Found, findHolder, type Holder } from './claim-holder.ts'
import { folderAt } from './folder-watch.ts'

/** How long a process that asks may take to read who the holder is. */
const askMs = 1000
/**
 * How long a killed holder may take to be gone: a child that it was just making has its files until the child is made.
 */
const usualLeavingMs = 5000
const lookMs = 50

/**
 * Claims a data directory until this process ends. A host that takes over was given the claim, which never was free.
 * @throws {P8aError} `host_running`, saying who holds it; `host_silent` if that one says nothing
 */
export async function claim(
  dataDir: string,
  listeners: Listeners,
  { leavingMs = usualLeavingMs }: { leavingMs?: number } = {},
): Promise<void> {
  const name = await claimName(dataDir)
  const since = new Date().toISOString()
  const server = net.createServer(socket => {
    // The process that asked may be gone before it reads the answer.
    socket.on('error', () => {})
    socket.setTimeout(askMs, () => socket.destroy())
    socket.end(JSON.stringify({ pid: process.pid, since }))
  })
  server.maxConnections = 16
  // Later errors, such as too many open files, do not matter to the holder of the claim.
  server.on('error', () => {})
  const giveUpAtMs = monotonicMs() + leavingMs
  while (!(await tryListen(server, name, listeners))) {
    const { holder, stranger } = await findHolder(name)
    const doesAnswer = holder?.since !== undefined
    if (doesAnswer || monotonicMs() > giveUpAtMs)
      throw stranger
        ? takenByStranger(dataDir, stranger)
        : holder && !doesAnswer
          ? isSilent(dataDir, holder)
          : isRunning(dataDir, holder)
    // An abstract socket disappears with its holder, a file does not.
    if (!name.startsWith('\0')) await rm(name, { force: true })
    await delay(lookMs)
  }
}

function isRunning(dataDir: string, holder: Holder | undefined): P8aError {
  const since = holder?.since === undefined ? '' : ` since ${holder.since}`
  return new P8aError(
    'host_running',
    `Cannot start a host in ${dataDir}: ${holder ? `process ${holder.pid} holds it${since}` : 'another process holds it'}`,
    {
      hint: [
        { text: 'To see it', do: { verb: 'host status' } },
        { text: 'to start a second host', do: { verb: 'host start', options: { data: 'DIR', port: 'N' } } },
      ],
      facts: { dataDir, ...holder },
    },
  )
}

function isSilent(dataDir: string, { pid }: Holder): P8aError {
  return new P8aError(
    'host_silent',
    `Cannot start a host in ${dataDir}: process ${pid} holds it, and shows no sign of life`,
    {
      hint: `Its pods go on; see it with "ps -o stat,args ${pid}": kill -CONT ${pid} continues it if it is stopped (T); if it hangs, end it with kill -9 ${pid}, and start the host again, which adopts its pods`,
      facts: { dataDir, pid },
    },
  )
}

/** Anyone can compute the name of the claim from that of the directory, and take it. */
function takenByStranger(dataDir: string, { pid, uid }: NonNullable<Found['stranger']>): P8aError {
  const who = pid === undefined ? 'a process of another user' : `process ${pid} of user ${uid}`
  return new P8aError(
    'host_running',
    `Cannot start a host in ${dataDir}: ${who} has the name by which a host claims that directory`,
    {
      hint: [
        { text: 'No host of yours runs there; root sees that process with: ss -xlp' },
        { text: 'to use another directory', do: { verb: 'host start', options: { data: 'DIR' } } },
      ],
      facts: { dataDir, ...(pid !== undefined && { pid, uid }) },
    },
  )
}

async function claimName(dataDir: string): Promise<string> {
  if (process.platform !== 'linux') return join(await realpath(dataDir), 'claim.sock')
  // The directory itself and not its path: a mount, a link or a move gives it another one.
  const { dev, ino } = await folderAt(dataDir)
  return `\0p8a-${createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)}`
}

async function tryListen(server: net.Server, path: string, listeners: Listeners): Promise<boolean> {
  try {
    await listeners.open('claim', server, { path })
    server.unref()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
}
