// Files that lie in memory and that only certain processes see: in the `tmpfs` of a sandbox or a container. No process has them as its
// memory, so that they would count for nobody.
import { closeSync, openSync, readFileSync, readlinkSync, readSync, statfsSync } from 'node:fs'

/** A mount in memory: which device it is, and where, as its processes see it. */
export type MemoryMount = { device: string; path: string }

/** Whoever is in a sandbox may make as many namespaces and mounts as the kernel gives it, and the host waits while it looks at them. */
const maxSpaces = 8
const maxMounts = 64
const maxTextBytes = 65_536

/** What the system tells; a process may be gone. */
export type MountsSeen = {
  /** Which mounts a process sees: the same for all that see the same. */
  spaceOf(pid: number | 'self'): string | undefined
  /** A file `mountinfo`, its beginning for any other process. */
  textOf(pid: number | 'self'): string
  bytesAt(pid: number, path: string): number
}

/**
 * @param pids of the processes
 * @returns bytes; a mount that this process sees too counts for nobody, nor does what comes after as many as anybody needs
 */
export function filesInMemory(pids: readonly number[], seen: MountsSeen = mountsSeen): number {
  const ownSpace = seen.spaceOf('self')
  if (ownSpace === undefined) return 0
  const spaces = new Set([ownSpace])
  const known = new Set(memoryMounts(seen.textOf('self')).map(({ device }) => device))
  const most = known.size + maxMounts
  let bytes = 0
  for (const pid of pids) {
    const space = seen.spaceOf(pid)
    if (space === undefined || spaces.has(space)) continue
    if (spaces.size > maxSpaces) break
    spaces.add(space)
    for (const { device, path } of memoryMounts(seen.textOf(pid))) {
      if (known.has(device)) continue
      if (known.size >= most) return bytes
      known.add(device)
      bytes += seen.bytesAt(pid, path)
    }
  }
  return bytes
}

/** @param text of a file `mountinfo`, see proc_pid_mountinfo(5) */
export function memoryMounts(text: string): MemoryMount[] {
  return text.split('\n').flatMap(line => {
    const [fields = '', after = ''] = line.split(' - ')
    const [, , device, , path] = fields.split(' ')
    if (!after.startsWith('tmpfs ') || device === undefined || path === undefined) return []
    return [{ device, path: path.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))) }]
  })
}

const mountsSeen: MountsSeen = {
  spaceOf: pid => attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`)),
  textOf: pid => {
    const file = `/proc/${pid}/mountinfo`
    return attempt(() => (pid === 'self' ? readFileSync(file, 'utf8') : beginningOf(file))) ?? ''
  },
  bytesAt: (pid, path) => {
    // What is in memory makes nobody wait.
    const room = attempt(() => statfsSync(`/proc/${pid}/root${path}`))
    return room ? (room.blocks - room.bfree) * room.bsize : 0
  },
}

/** Whole lines. The kernel makes them while they are read. */
function beginningOf(file: string): string {
  const fd = openSync(file, 'r')
  try {
    const bytes = Buffer.allocUnsafe(maxTextBytes)
    let size = 0
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      read = readSync(fd, bytes, size, bytes.length - size, null)
    const text = bytes.toString('utf8', 0, size)
    return size < bytes.length ? text : text.slice(0, text.lastIndexOf('\n') + 1)
  } finally {
    closeSync(fd)
  }
}

/** A process may be gone. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
