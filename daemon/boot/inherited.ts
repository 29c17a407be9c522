// Closes what the shell that started the host had open, such as the lock of a `flock` or the pipe of a CI job: its pods
// would hold it for as long as they live.
import { closeSync, readdirSync, readFileSync } from 'node:fs'

const closeOnExec = 0o2000000

/**
 * Every descriptor that Node has opened closes when another program begins; what does not was there before. (Of the first 17
 * Node lets those close too that it was given.) Linux only.
 */
export function closeInherited(): void {
  for (const fd of descriptors()) if (fd > 2 && isInherited(fd)) closeSync(fd)
}

function descriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    // There is no such directory on this system.
    return []
  }
}

function isInherited(fd: number): boolean {
  try {
    const [, flags = ''] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
    return flags !== '' && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    // It was that of the directory that was read.
    return false
  }
}
