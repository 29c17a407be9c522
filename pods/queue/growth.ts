// How many runs a worker is to have, as a pure function of what waits and of what its runs do; and the line that explains it.
import type { WorkPolicy } from './policy.ts'

/** A run that is up, or on its way there. */
export type Runs = {
  /** How many are wanted now; 0: the pod sleeps. */
  scale: number
  /** For each run: its slot, whether it has items, and since when it has none. */
  busy: readonly { slot: number; items: number; idleSinceMs: number }[]
}

export type Work = { waiting: number; running: number; isPaused: boolean }

export type Growth = {
  wanted: number
  /** Such as `7 waiting, 2 runs, growAt 2: 4 runs wanted`. */
  why: string
  /** When it has to be looked at again if nothing happens. */
  lookAtMs?: number
}

type Policy = Pick<WorkPolicy, 'min' | 'max' | 'growAt' | 'shrinkAfterMs'>

/**
 * Up at once, by what waits; down by the highest slots, once they have had nothing to do for `shrinkAfterMs`.
 * @param nowMs in the time of `idleSinceMs`
 */
export function growthOf(
  work: Work,
  { scale, busy }: Runs,
  { policy, nowMs }: { policy: Policy; nowMs: number },
): Growth {
  const { min, max, growAt, shrinkAfterMs } = policy
  const asked = work.isPaused ? 0 : Math.ceil(work.waiting / growAt)
  const kept = Math.max(
    0,
    ...busy.map(run => (run.items > 0 || nowMs - run.idleSinceMs < shrinkAfterMs ? run.slot + 1 : 0)),
  )
  // What is not up yet has had no chance to do anything.
  const coming = busy.length < scale ? scale : 0
  const wanted = Math.min(Math.max(asked, Math.min(kept, scale), Math.min(coming, scale), min), max)
  const idle = busy.filter(run => run.items === 0 && run.slot >= Math.max(min, asked))
  const due = idle.map(run => run.idleSinceMs + shrinkAfterMs).filter(at => at > nowMs)
  const said = `${work.isPaused ? 'paused, ' : ''}${work.waiting} waiting, ${scale} ${scale === 1 ? 'run' : 'runs'}, growAt ${growAt}`
  const bound = asked > max ? ` (max ${max})` : wanted === min && asked < min ? ` (min ${min})` : ''
  const rest = wanted < scale ? `, the others had nothing to do for ${shrinkAfterMs / 1000} s` : ''
  return {
    wanted,
    why: `${said}: ${wanted} ${wanted === 1 ? 'run' : 'runs'} wanted${bound}${rest}`,
    ...(due.length > 0 && { lookAtMs: Math.min(...due) }),
  }
}

/** How often memory is looked at that has no room for the runs that are wanted. */
export const memoryAgainMs = 5000

/**
 * No more runs than the memory has room for that is free, where a run says what it takes; the first one is always let be.
 * @param room.runBytes what a run may take; undefined: not known. `freeBytes`: what the host may still have
 */
export function withinMemory(
  growth: Growth,
  {
    scale,
    nowMs,
    runBytes,
    freeBytes,
  }: { scale: number; nowMs: number; runBytes: number | undefined; freeBytes: number },
): Growth {
  if (!runBytes || growth.wanted <= scale) return growth
  const most = Math.max(1, scale + Math.max(0, Math.floor(freeBytes / runBytes)))
  if (growth.wanted <= most) return growth
  const lookAtMs = Math.min(growth.lookAtMs ?? Number.POSITIVE_INFINITY, nowMs + memoryAgainMs)
  return { wanted: most, why: `${growth.why}, memory for ${most} of ${megabytes(runBytes)}`, lookAtMs }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`
}
