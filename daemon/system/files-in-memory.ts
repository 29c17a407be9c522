// Files that lie in memory and that only certain processes see: in the `tmpfs` of a sandbox or a container. No process has them as its
// memory, so that they would count for nobody.
import { readFileSync, readlinkSync, statfsSync } from 'node:fs'

/** A mount in memory: which device it is, and where, as its processes see it. */
export type MemoryMount = { device: string; path: string }

/** @param pids of the processes @returns bytes; a mount that this process sees too counts for nobody */
export function filesInMemory(pids: readonly number[]): number {
  const ownSpace = attempt(() => readlinkSync('/proc/self/ns/mnt'))
  if (ownSpace === undefined) return 0
  const spaces = new Set([ownSpace])
  const devices = new Set(mountsOf('self').map(({ device }) => device))
  let bytes = 0
  for (const pid of pids) {
    const space = attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`))
    if (space === undefined || spaces.has(space)) continue
    spaces.add(space)
    for (const { device, path } of mountsOf(String(pid))) {
      if (devices.has(device)) continue
      devices.add(device)
      // What is in memory makes nobody wait.
      const room = attempt(() => statfsSync(`/proc/${pid}/root${path}`))
      if (room) bytes += (room.blocks - room.bfree) * room.bsize
    }
  }
  return bytes
}

function mountsOf(pid: string): MemoryMount[] {
  return memoryMounts(attempt(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ?? '')
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

/** A process may be gone. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
