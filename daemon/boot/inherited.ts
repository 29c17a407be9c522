// Closes descriptors of the shell that started the host, such as the lock of a `flock` or the pipe of a CI job: the
// host's pods would keep them open for as long as they live.
import { closeSync, readdirSync, readFileSync } from 'node:fs'

const closeOnExec = 0o2000000

/**
 * Descriptors that Node opens close when another program begins; a descriptor that does not close was there before.
 * (Node marks even inherited ones among the first 17 so.) Linux only.
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
    // It was the descriptor of the directory that was read.
    return false
  }
}
