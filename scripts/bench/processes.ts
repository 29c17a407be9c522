// What Linux says of processes: whose they are, their memory, their CPU time. And the end of those that are ours.
import { readdirSync, readFileSync } from 'node:fs'

export type Memory = { rssMB: number; privateMB: number }

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  return /^\d+ \(.*\) [^ZX] /s.test(read(`/proc/${pid}/stat`))
}

/** The name of a process's program, as the kernel has it: 15 characters at most. */
export function programOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim()
}

/** The processes that have a text in the environment they were started with, or in their command line. */
export function processesWith(text: string): number[] {
  return pids().filter(
    pid =>
      pid !== process.pid &&
      (read(`/proc/${pid}/environ`).includes(text) || read(`/proc/${pid}/cmdline`).includes(text)) &&
      isAlive(pid),
  )
}

/** The living children of a process. */
export function childrenOf(parent: number): number[] {
  return pids().filter(pid => isAlive(pid) && Number(/\) . (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]) === parent)
}

/** A process, and all that have come of it whose parents are there still. */
export function familyOf(first: number): number[] {
  const parents = pids().flatMap(pid => {
    const parent = /\) . (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]
    return parent === undefined ? [] : [[pid, Number(parent)] as const]
  })
  const family = [first]
  for (const one of family) family.push(...parents.flatMap(([pid, parent]) => (parent === one ? [pid] : [])))
  return family
}

/** Memory of some processes together: resident, and what of it is shared with nobody. */
export function memoryOf(...pidList: number[]): Memory {
  const sum = { rssMB: 0, privateMB: 0 }
  for (const pid of pidList) {
    const text = read(`/proc/${pid}/smaps_rollup`)
    const kB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
    sum.rssMB += kB('Rss') / 1024
    sum.privateMB += (kB('Private_Clean') + kB('Private_Dirty')) / 1024
  }
  return sum
}

/** The most memory that a process ever had resident. */
export function peakMB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN) / 1024
}

/**
 * CPU time of some processes together, user and system. It is summed over their threads from `schedstat`, in
 * nanoseconds: the ticks of `stat` are 10 ms long, and of 50 idle processes would show nothing.
 */
export function cpuMs(...pidList: number[]): number {
  const threads = pidList.flatMap(pid => list(`/proc/${pid}/task`).map(thread => `/proc/${pid}/task/${thread}`))
  return threads.reduce((sum, thread) => sum + Number(read(`${thread}/schedstat`).split(' ')[0] ?? 0) / 1e6, 0)
}

/** Ends, at once and for good, every process that has a text in its environment or command line. */
export function sweep(text: string): void {
  // Again, since a manager may have made another one while the first were being killed.
  for (let left = processesWith(text), round = 0; left.length > 0 && round < 200; left = processesWith(text), round++) {
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself in between.
      }
    }
  }
}

function pids(): number[] {
  return list('/proc')
    .map(Number)
    .filter(pid => pid > 0)
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    // The process has ended.
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // The process has ended.
    return ''
  }
}
