// The processes of a run of chaos, as the kernel lists them.
import { readdirSync, readFileSync } from 'node:fs'

export type Found = { pid: number; parent: number; group: number; command: string }

/** All living processes that have `directory` in their environment: host, runs, spares, their children, commands. */
export function ours(directory: string): Found[] {
  return all().filter(({ pid }) => pid !== process.pid && read(pid, 'environ').includes(directory))
}

/** The living members of a process group. */
export function groupOf(group: number): Found[] {
  return all().filter(found => found.group === group)
}

function all(): Found[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
  return pids.flatMap(pid => {
    const stat = read(pid, 'stat')
    // The command stands in parentheses and may hold anything.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === undefined || state === '' || 'ZX'.includes(state)) return []
    return [
      { pid, parent: Number(parent), group: Number(group), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() },
    ]
  })
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // Gone meanwhile.
    return ''
  }
}
