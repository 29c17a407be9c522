// When processes were begun, as the host tells it: see daemon/system/process.ts.
import { readFileSync } from 'node:fs'

/** Whether it is that process still. Where there is no such file, the pid has to do. */
export function isThere(pid: number, startTime: string): boolean {
  try {
    return process.platform === 'linux' ? readStartTime(pid) === startTime : process.kill(pid, 0)
  } catch (error) {
    // With too many open files nothing is known of it.
    return !['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

export function startTimeOf(pid: number): string | undefined {
  try {
    return readStartTime(pid)
  } catch {
    return undefined
  }
}

/** Undefined for what is left of one that has ended. @throws an error of the system */
function readStartTime(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}
