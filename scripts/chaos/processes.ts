// The processes of a run of chaos, as the kernel lists them.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type Found = { pid: number; parent: number; group: number; command: string }

/** All living processes that have `directory` in their environment: host, runs, spares, their children, commands. */
export function ours(directory: string): Found[] {
  return all().filter(({ pid }) => pid !== process.pid && read(pid, 'environ').includes(directory))
}

/** The living members of a process group. */
export function groupOf(group: number): Found[] {
  return all().filter(found => found.group === group)
}

/** Whether it is there, and not stopped. */
export function isRunning(pid: number): boolean {
  const [state = ''] = fieldsOf(read(pid, 'stat'))
  return state !== '' && !'TtZX'.includes(state)
}

/** The inodes of the sockets that a process has; none once it is gone. */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  const fds = attempt(() => readdirSync(folder)) ?? []
  const targets = fds.map(fd => attempt(() => readlinkSync(`${folder}/${fd}`)) ?? '')
  return targets.flatMap(target => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

/** The inodes of all TCP sockets of the machine that are listened at. */
export function listeningSockets(): Set<string> {
  const rows = ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/net/${table}`, 'latin1').trim().split('\n').slice(1),
  )
  const fields = rows.map(row => row.trim().split(/ +/))
  return new Set(fields.flatMap(([, , , state, , , , , , inode]) => (state === '0A' && inode ? [inode] : [])))
}

function all(): Found[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
  return pids.flatMap(pid => {
    const stat = read(pid, 'stat')
    const [state, parent, group] = fieldsOf(stat)
    if (state === undefined || state === '' || 'ZX'.includes(state)) return []
    return [
      { pid, parent: Number(parent), group: Number(group), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() },
    ]
  })
}

/** State, parent, group, and so on. The command before them stands in parentheses and may hold anything. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function read(pid: number, file: string): string {
  return attempt(() => readFileSync(`/proc/${pid}/${file}`, 'latin1')) ?? ''
}

/** @returns undefined where it is gone meanwhile */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
