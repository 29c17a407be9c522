// The processes of this machine, as the kernel lists them in /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** The processes that were started with a data directory in their environment or command line. */
export function processesOf(data: string): { pid: number; command: string }[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
  return pids.flatMap(pid => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
      return isAlive(pid) && `${environment}${command}`.includes(data) ? [{ pid, command }] : []
    } catch {
      // Gone meanwhile, or of another user.
      return []
    }
  })
}
