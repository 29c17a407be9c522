// Closes descriptors of the shell that started the host, such as the lock of a `flock` or the pipe of a CI job: the
// host's pods would keep them open for as long as they live.
import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const closeOnExec = 0o2000000

/**
 * Descriptors that Node opens close when another program begins; a descriptor that does not close was there before.
 * (Node marks even inherited ones among the first 17 so.) A thread of this process may have such a one for a moment, and would close
 * what has its number by then: only what is there at a second look is closed. Linux only.
 */
export async function closeInherited(): Promise<void> {
  const before = inherited()
  if (before.size === 0) return
  await delay(againMs)
  for (const [fd, to] of inherited()) if (before.get(fd) === to) closeSync(fd)
}

const againMs = 5

/** What each of them leads to. */
function inherited(): Map<number, string> {
  return new Map(descriptors().flatMap(fd => (fd > 2 ? (linkOf(fd) ?? []) : [])))
}

function descriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    // There is no such directory on this system.
    return []
  }
}

/** An inherited one, and what it leads to. */
function linkOf(fd: number): [fd: number, to: string][] | undefined {
  try {
    const [, flags = ''] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
    const isInherited = flags !== '' && (Number.parseInt(flags, 8) & closeOnExec) === 0
    return isInherited ? [[fd, readlinkSync(`/proc/self/fd/${fd}`)]] : undefined
  } catch {
    // It is gone: it was the descriptor of the directory that was read.
    return undefined
  }
}
