// The steps that several states of a slot share: starting, being up and stopping.
import type { Check, Decision, Found, RunRef, Slot, SlotAt, StopReason, World } from './slot.ts'

/** If a timer is later than this, the host itself was away, and no run is blamed for it. */
export const hostAwayMs = 1000
/** When to kill a process again that is still there: the first signal may not have reached it. */
export const killAgainMs = 2000

export function stay(slot: Slot): Decision {
  return [slot, []]
}

export function isWanted(run: RunRef, world: World): boolean {
  return world.wanted && run.spec === world.spec
}

/** The next state of a slot whose last run no longer counts. */
export function vacate(world: World): Decision {
  return world.wanted ? restart({ failures: 0, restarts: world.restarts ?? 0 }, world) : stay({ at: 'vacant' })
}

/** Starts the next run, with its counts. */
export function restart(counts: Omit<RunRef, 'number' | 'spec'>, world: World): Decision {
  const run: RunRef = { number: world.nextNumber, spec: world.spec, ...counts }
  return [
    { at: 'spawning', run },
    [
      { do: 'save', run },
      { do: 'spawn', run },
    ],
  ]
}

export function waitsOf({ waits }: { waits?: number }): { waits?: number } {
  return waits === undefined ? {} : { waits }
}

export function up(run: RunRef, world: World): Decision {
  return [{ at: 'up', run, sinceMs: world.nowMs, check: rest(world) }, [{ do: 'save', run }]]
}

export function rest(world: World, missed = 0, silentSinceMs?: number): Check {
  const dueMs = nextCheckMs(world.nowMs, world.policy.check.intervalMs)
  return { at: 'resting', dueMs, missed, ...(silentSinceMs !== undefined && { silentSinceMs }) }
}

/** For how long a run has answered nothing, if that was found. */
export function silence(silentSinceMs: number | undefined, { nowMs }: World): { silentMs: number } | undefined {
  return silentSinceMs === undefined ? undefined : { silentMs: Math.round(nowMs - silentSinceMs) }
}

/**
 * When to check next: after the interval, and at most a twentieth of it later, at moments that all pods share. Waking
 * the host costs more than a check.
 */
export function nextCheckMs(nowMs: number, intervalMs: number): number {
  const stepMs = intervalMs / 20
  return Math.ceil((nowMs + intervalMs) / stepMs) * stepMs
}

/** It takes nothing new, and finishes what it has. Whether it can is looked at right away. */
export function drain({ run, sinceMs, check }: SlotAt<'up'>, world: World): Decision {
  const timeoutMs = world.policy.drainTimeoutMs
  const { nowMs, over } = world
  const dueMs = nowMs + timeoutMs
  const dueNow: Check = { ...check, at: 'resting', dueMs: nowMs }
  return [
    { at: 'draining', run, sinceMs, dueMs, check: dueNow, ...(over !== undefined && { over }) },
    [
      { do: 'save', run },
      { do: 'drain', run, timeoutMs },
    ],
  ]
}

type Stop = { why: StopReason; upMs: number; found?: Found | undefined }

/** Begins a stop. The cleanup comes first, since the run may have the pod's code. */
export function stop(run: RunRef, { why, upMs, found }: Stop, world: World): Decision {
  const dueMs = world.nowMs + world.policy.stopTimeoutMs
  return [
    { at: 'stopping', run, why, phase: 'cleanup', askedMs: world.nowMs, dueMs, upMs, ...(found && { found }) },
    [
      { do: 'save', run },
      { do: 'cleanup', run },
    ],
  ]
}

/** A process without code has nothing to clean up. */
export function stopEmpty(run: RunRef, world: World): Decision {
  const dueMs = world.nowMs + world.policy.stopTimeoutMs
  return [
    { at: 'stopping', run, why: 'stopped', phase: 'term', askedMs: world.nowMs, dueMs, upMs: 0 },
    [
      { do: 'save', run },
      { do: 'term', run },
    ],
  ]
}

export function kill(run: RunRef, { why, upMs, found }: Stop, world: World): Decision {
  const { nowMs } = world
  const stopping = { run, why, askedMs: nowMs, dueMs: nowMs + killAgainMs, upMs, ...(found && { found }) }
  return [
    { at: 'stopping', phase: 'kill', ...stopping },
    [
      { do: 'save', run },
      { do: 'kill', run },
    ],
  ]
}
