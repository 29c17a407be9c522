// All processes of the machine in one look, and which of them belong to a run: what it has started, what that has started, and
// whoever is in a session of one of these, although its parent is gone.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** `memory`: resident, in bytes. */
export type Listed = { pid: number; parent: number; session: number; startTime: string; memory: number }

/** After so many the host does something else. */
const atOnce = 200
/** The sizes that a page of memory may have. */
const pageSizes = [4096, 16_384, 65_536]

export async function listProcesses(): Promise<Listed[]> {
  return process.platform === 'linux' ? await listOfProc() : await listOfPs()
}

/**
 * The processes of each leader that is still the same.
 * @param sessions those that were found of a leader before; what is found now is added, and what is over is taken away
 */
export function membersOf(
  all: readonly Listed[],
  { pid, startTime }: Pick<Listed, 'pid' | 'startTime'>,
  sessions: Set<number> = new Set(),
): Listed[] {
  const { byPid, byParent, bySession } = indexOf(all)
  const found = new Set<Listed>()
  const queue: Listed[] = [...sessions].flatMap(session => bySession.get(session) ?? [])
  const leader = byPid.get(pid)
  if (leader?.startTime === startTime) queue.push(leader)
  for (let one = queue.pop(); one; one = queue.pop()) {
    if (found.has(one)) continue
    found.add(one)
    queue.push(...(byParent.get(one.pid) ?? []))
    // One that leads a session has started whatever is in it.
    if (one.session === one.pid) queue.push(...(bySession.get(one.pid) ?? []))
  }
  sessions.clear()
  for (const { session } of found) if (session !== pid) sessions.add(session)
  return [...found]
}

type Index = { byPid: Map<number, Listed>; byParent: Map<number, Listed[]>; bySession: Map<number, Listed[]> }

const indexes = new WeakMap<readonly Listed[], Index>()

/** Made once for each look, whoever asks. */
function indexOf(all: readonly Listed[]): Index {
  const known = indexes.get(all)
  if (known) return known
  const index = {
    byPid: new Map(all.map(one => [one.pid, one])),
    byParent: Map.groupBy(all, ({ parent }) => parent),
    bySession: Map.groupBy(all, ({ session }) => session),
  }
  indexes.set(all, index)
  return index
}

/** Not files on a disk: nothing is waited for. */
async function listOfProc(): Promise<Listed[]> {
  const own = read('self')
  const pageSize = nearest(process.memoryUsage.rss() / Math.max(1, own?.memory ?? 1))
  const found: Listed[] = []
  for (const [at, name] of readdirSync('/proc').entries()) {
    if (at % atOnce === atOnce - 1) await pause()
    const one = /^\d+$/.test(name) ? read(name) : undefined
    if (one) found.push({ ...one, memory: one.memory * pageSize })
  }
  return found
}

/** Its memory in pages. A process that has ended counts no more. */
function read(pid: string): Listed | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // It is gone.
    return undefined
  }
  // The command stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, , session] = fields
  if (state === 'Z' || state === 'X') return undefined
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    session: Number(session),
    startTime: fields[19] ?? '',
    memory: Number(fields[21]),
  }
}

function nearest(size: number): number {
  return pageSizes.reduce((best, one) => (Math.abs(one - size) < Math.abs(best - size) ? one : best), 4096)
}

/** A session is told by the group there: a run leads both. */
async function listOfPs(): Promise<Listed[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,lstart='])
  return stdout.split('\n').flatMap(line => {
    const [, pid, parent, session, kilobytes, startTime] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line) ?? []
    if (startTime === undefined) return []
    const memory = Number(kilobytes) * 1024
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session), startTime, memory }]
  })
}
