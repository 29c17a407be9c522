// The processes of this machine, as the kernel lists them in /proc.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { until } from './until.ts'

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** What of the kernel is read here, one file after the other: there may be hundreds of processes. */
const room = Buffer.alloc(256 * 1024)

/** The processes that were started with a data directory in their environment or command line. */
export function processesOf(data: string): { pid: number; command: string }[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
  return pids.flatMap(pid => {
    try {
      const isOne = read(`/proc/${pid}/environ`).includes(data) || read(`/proc/${pid}/cmdline`).includes(data)
      if (!isOne || !isAlive(pid)) return []
      return [{ pid, command: read(`/proc/${pid}/cmdline`).toString('latin1').replaceAll('\0', ' ') }]
    } catch {
      // Gone meanwhile, or of another user.
      return []
    }
  })
}

/**
 * Those of a data directory that do not end within some time. To look at all processes takes some milliseconds: it is done again
 * once those that were found are gone.
 */
export async function processesLeft(
  data: string,
  within: { forMs?: number } = {},
): Promise<{ pid: number; command: string }[]> {
  let left = processesOf(data)
  const areGone = () => {
    left = left.filter(({ pid }) => isAlive(pid))
    if (left.length > 0) return false
    left = processesOf(data)
    return left.length === 0
  }
  if (left.length > 0) await until(areGone, 'all are gone', within).catch(() => {})
  return left
}

/** What a file has, as far as there is room for it; the next one takes its place. */
function read(file: string): Buffer {
  const fd = openSync(file, 'r')
  try {
    return room.subarray(0, readSync(fd, room, 0, room.length, 0))
  } finally {
    closeSync(fd)
  }
}
