// Ports at which the servers of a run listen by themselves, since no host holds them. Runs of one pod share such a port: the
// kernel spreads connections over them. A port that anybody else listens at stays theirs: that the system would refuse a
// second one who binds is true only where one of the two does not say that it shares.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Assignment } from '../../protocol/link.ts'
import { onFirstLoad } from '../first-load.ts'
import { isFree } from './handle.ts'

/** Whose ports they are. */
export type OwnRun = Pick<Assignment, 'exitFile' | 'slot'>

/** From now on servers of this process share their ports with other runs of its pod. Only Linux can do that. */
export function shareOwnPorts(run: OwnRun): void {
  if (process.platform !== 'linux') return
  onFirstLoad(listening, () => shareByListen(run))
}

/** The modules by which a pod comes to servers that listen. Those of Node itself never do. */
const listening = ['net', 'tls', 'http', 'https', 'http2', 'cluster', '_http_server', '_tls_wrap']

function shareByListen(run: OwnRun): void {
  const { Server } = process.getBuiltinModule('node:net')
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: unknown, ...args: unknown[]) {
    const target = optionsOf(args)
    const shares = target !== undefined && isShareable(target.port, run)
    return listen.apply(this as never, (shares ? [{ ...target, reusePort: true }, args.at(-1)] : args) as never)
  } as typeof listen
}

/** Whether nobody listens at a port, or other runs of the pod alone do. One in the same slot is about to be replaced. */
export function isShareable(port: number, run: OwnRun): boolean {
  try {
    if (isFree(port)) return true
    const listening = socketsAt(port)
    if (listening.size === 0) return true
    for (const pid of pidsBeside(run)) for (const socket of socketsOf(pid)) listening.delete(socket)
    return listening.size === 0
  } catch {
    // What cannot be known is left to the system, which refuses a port that is in use.
    return false
  }
}

type Target = { port: number } & Record<string, unknown>

/** What `listen` is asked for, where that is a port and nothing says how it is shared. */
function optionsOf(args: readonly unknown[]): Target | undefined {
  const [first, second, third] = args
  if (typeof first === 'object' && first !== null) {
    const { port, reusePort, exclusive, fd, handle, _handle } = first as Record<string, unknown>
    const isPlain = [reusePort, exclusive, fd, handle, _handle].every(value => value === undefined)
    const number = portOf(port)
    return isPlain && number !== undefined ? { ...first, port: number } : undefined
  }
  const port = portOf(first)
  if (port === undefined) return undefined
  const backlog = [second, third].find(value => typeof value === 'number')
  return { port, ...(typeof second === 'string' && { host: second }), ...(backlog !== undefined && { backlog }) }
}

/** 0 is a free one, which nobody else gets. */
function portOf(value: unknown): number | undefined {
  const isPort = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
  const port = isPort ? Number(value) : 0
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

/** The processes of the other slots, by the records of the host. */
function pidsBeside({ exitFile, slot }: OwnRun): number[] {
  const folder = dirname(exitFile)
  return readdirSync(folder)
    .filter(name => /^\d+\.json$/.test(name))
    .flatMap(name => {
      const record = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>
      const isLive = record.state === 'starting' || record.state === 'up'
      return isLive && record.slot !== slot && typeof record.pid === 'number' ? [record.pid] : []
    })
}

const stateListen = '0A'

/** The inodes of the sockets that listen at a port, at whatever address. */
function socketsAt(port: number): Set<string> {
  const found = new Set<string>()
  for (const table of ['tcp', 'tcp6']) {
    for (const line of readFileSync(`/proc/self/net/${table}`, 'latin1').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      const isHere = state === stateListen && Number.parseInt(local?.split(':')[1] ?? '', 16) === port
      if (isHere && inode !== undefined) found.add(inode)
    }
  }
  return found
}

/** The inodes of the sockets of a process. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap(fd => /^socket:\[(\d+)\]$/.exec(linkAt(join(folder, fd)))?.[1] ?? [])
}

/** A descriptor may be closed meanwhile. */
function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
