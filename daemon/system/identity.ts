// Who a process is, and how it is: what the kernel says of a pid. Pids are recycled: only the time of its start makes one a process.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { promisify } from 'node:util'
import { endingOf } from '../../protocol/signals.ts'
import type { ExitOutcome, Identity } from './process.ts'

/** The id of this boot of the machine: records of another boot have no process. */
export async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const { stdout } = await promisify(execFile)('sysctl', ['-n', 'kern.boottime'])
  return stdout.trim()
}

/** The identity of a live process, or undefined if there is none (a zombie does not count). */
export async function identify(pid: number): Promise<Identity | undefined> {
  const found = await readStart(pid)
  return found && !found.isZombie ? { pid, startTime: found.startTime } : undefined
}

/** How a process that is just ending ends. Later the process would be gone, and Node has no name for some signals. */
export function ending(pid: number): ExitOutcome | undefined {
  return endingOf(statNow(pid), constants.signals)
}

/** Whether a process is stopped, as by SIGSTOP, and not ended. */
export function isStopped(pid: number): boolean {
  return /\) [tT] [^)]*$/.test(statNow(pid))
}

/** Not a file on a disk: nothing is waited for. Empty if there is none, as on another system than Linux. */
function statNow(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // The process is gone.
    return ''
  }
}

/** `group`: the leader of its group, on Linux. */
type Start = { startTime: string; isZombie: boolean; group?: number }

/** When a process was started, also of one that has ended and that nobody has waited for yet. */
export async function readStart(pid: number): Promise<Start | undefined> {
  return process.platform === 'linux' ? readStartLinux(pid) : readStartPs(pid)
}

/** Field 22 of `/proc/<pid>/stat`: clock ticks since boot. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStartLinux(pid: number): Start | undefined {
  let stat: string
  try {
    // As in statNow: this is no file on a disk.
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
  // The command stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, group, startTime] = [fields[0], fields[2], fields[19]]
  if (startTime === undefined) return undefined
  return { startTime, isZombie: state === 'Z' || state === 'X', group: Number(group) }
}

async function readStartPs(pid: number): Promise<Start | undefined> {
  // ps exits with 1 if there is no such process.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(noProcess)
  const match = /^(\S+)\s+(.+)$/.exec(stdout.trim())
  if (!match?.[1] || !match[2]) return undefined
  return { startTime: match[2], isZombie: match[1].startsWith('Z') }
}

/** @throws the error if it does not come from `ps` */
function noProcess(error: { code?: unknown }): { stdout: string } {
  if (typeof error.code === 'number') return { stdout: '' }
  throw error
}
