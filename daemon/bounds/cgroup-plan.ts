// What a group of the kernel (cgroup v2) is told to hold, and what it says came of that: pure, texts in and texts out.
// https://docs.kernel.org/admin-guide/cgroup-v2.html
import { basename, dirname } from 'node:path'
import { boundsOf, type Limits } from '../../protocol/bounds.ts'
import { memorySaid } from '../lifecycle/bounds.ts'

/** The controllers that hold limits. */
export const wanted = ['cpu', 'memory', 'pids'] as const
export type Controller = (typeof wanted)[number]

/** The folder of the host itself: no group has both processes and groups within, but for the root. */
export const hostLeaf = 'host'

/** Part of a period, in microseconds, that all cpus together may give. */
const period = 100_000
/** From here on memory is taken back from it, so that it is seen before it is at its end. */
const highShare = 0.9

/** Where the groups of runs belong, by the group of the host as `/proc/self/cgroup` has it; undefined without cgroup v2. */
export function groupOf(procSelf: string): { base: string; isInLeaf: boolean } | undefined {
  const own = /^0::(\/.*)$/m.exec(procSelf)?.[1]
  if (own === undefined) return undefined
  const isInLeaf = basename(own) === hostLeaf
  return { base: isInLeaf ? dirname(own) : own, isInLeaf }
}

/** Those of the wanted controllers that a group may give to those within. */
export function controllersIn(text: string): Set<Controller> {
  const there = text.trim().split(/\s+/)
  return new Set(wanted.filter(name => there.includes(name)))
}

/** What is written into the files of the group of a run. A limit that is gone is `max`. */
export function groupFiles(
  limits: Limits,
  has: ReadonlySet<Controller>,
  { isScript = false } = {},
): [file: string, text: string][] {
  const { memoryMax, processes } = boundsOf(limits, { isScript })
  const { cpu } = limits
  const or = (value: number | undefined) => (value === undefined ? 'max' : String(value))
  return [
    ...(has.has('memory')
      ? ([
          ['memory.max', or(memoryMax)],
          ['memory.high', or(memoryMax && Math.floor(memoryMax * highShare))],
          // Swap would only put off the end. Its processes end together: half a run is none.
          ['memory.swap.max', memoryMax === undefined ? 'max' : '0'],
          ['memory.oom.group', '1'],
        ] satisfies [string, string][])
      : []),
    ...(has.has('pids') ? [['pids.max', or(processes)] satisfies [string, string]] : []),
    ...(has.has('cpu')
      ? [['cpu.max', `${cpu === undefined ? 'max' : Math.round(cpu * period)} ${period}`] satisfies [string, string]]
      : []),
  ]
}

/** Whether the kernel killed it for its memory, in words, by `memory.events` and `memory.peak`. */
export function overIn(events: string, peak: string, limits: Limits): string | undefined {
  const kills = Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0)
  const { memoryMax } = boundsOf(limits)
  if (kills === 0 || memoryMax === undefined) return undefined
  const was = Number.parseInt(peak, 10)
  return memorySaid(memoryMax, Number.isFinite(was) ? was : memoryMax)
}
