// The lifecycle of a slot as a pure function: (slot, event, world) -> [next slot, effects]. No clock, files, processes
// or logs in here; who calls it saves, acts and tells, in that order.
//
//             desired        spawned    hello        ready  check ok  check bad  cleaned  exited   timer
//  vacant     start if       -          -            -      -         -          -        -        -
//             wanted
//  spawning   -              starting   -            -      -         -          -        settle   -
//                            or stop
//  starting   stop if        -          up if it is  up     up        ask again  -        settle   ask, or kill at
//             unwanted                  so           -                later                        startTimeout
//  up         stop if        -          rest         -      rest      count,     -        settle   ask, or count
//             unwanted                                                kill at N                    a miss
//  stopping   -              -          ask cleanup  -      -         -          term     settle   next phase
//                                       again
//  backoff    vacant or      -          -            -      -         -          -        -        start
//             fresh start
//  failed     vacant or      -          -            -      -         -          -        -        -
//  done       fresh start
//
// "next phase": SIGTERM after cleanup, SIGKILL after SIGTERM, and SIGKILL again while the process is there.
// "unwanted": not wanted at all, or wanted with another spec. "settle": what the end of a run leads to, see `settle`.
// A spawn that failed is an end like any other; one that failed for want of room is tried for as long as that lasts. Nothing is heard of a process before `spawned`: the caller sees to it.
import { retryDelayMs } from './backoff.ts'
import type { Effect, End, RunRef, Slot, SlotEvent, StopReason, World } from './slot.ts'

export type Decision = readonly [next: Slot, effects: readonly Effect[]]

/** How late a timer may be before its lateness is taken for the host's own absence and no run is blamed for it. */
const hostAwayMs = 1000
/** When a process that was killed is killed again, should it still be there: the first signal may not have reached it. */
const killAgainMs = 2000

export function decide(slot: Slot, event: SlotEvent, world: World): Decision {
  switch (slot.at) {
    case 'vacant':
      return world.wanted ? start({ failures: 0, restarts: 0 }, world) : stay(slot)
    case 'spawning':
      return onSpawning(slot, event, world)
    case 'starting':
      return onStarting(slot, event, world)
    case 'up':
      return onUp(slot, event, world)
    case 'stopping':
      return onStopping(slot, event, world)
    case 'backoff':
      return onBackoff(slot, event, world)
    case 'failed':
    case 'done':
      return isWanted(slot.last, world) ? stay(slot) : decide({ at: 'vacant' }, event, world)
  }
}

/**
 * When to check next: as the interval says, and at most a fortieth of it later, at moments that all pods share. Each time
 * that a host wakes costs it more than a check does.
 */
export function nextCheckMs(nowMs: number, intervalMs: number): number {
  const stepMs = intervalMs / 40
  return Math.ceil((nowMs + intervalMs) / stepMs) * stepMs
}

/** When a slot has to be looked at again if nothing happens, in the time of `World.nowMs`; undefined: never. */
export function timerOf(slot: Slot, world: Pick<World, 'policy'>): number | undefined {
  switch (slot.at) {
    case 'starting':
      return Math.min(slot.askMs, slot.sinceMs + world.policy.startTimeoutMs)
    case 'up':
      return slot.check.dueMs
    case 'stopping':
      return slot.dueMs
    case 'backoff':
      return slot.retryAtMs
    default:
      return undefined
  }
}

type Of<At extends Slot['at']> = Extract<Slot, { at: At }>

function onSpawning(slot: Of<'spawning'>, event: SlotEvent, world: World): Decision {
  switch (event.type) {
    case 'spawned': {
      const { run } = slot
      if (!isWanted(run, world)) return stop(run, { why: 'stopped', upMs: 0 }, world)
      const next: Slot = { at: 'starting', run, sinceMs: world.nowMs, askMs: world.nowMs + world.policy.readyAfterMs }
      return [next, [{ do: 'save', run }]]
    }
    case 'spawn-failed':
      return settle(slot.run, { end: spawnFailed(event), upMs: 0 }, world)
    case 'exited':
      return settle(slot.run, { end: event.end, upMs: 0 }, world)
    default:
      return stay(slot)
  }
}

function onStarting(slot: Of<'starting'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  switch (event.type) {
    case 'desired':
      return isWanted(run, world) ? stay(slot) : stop(run, { why: 'stopped', upMs: 0 }, world)
    case 'hello':
      if (event.state === 'up') return up(run, world)
      // Its cleanup was called by a host that died after it: it serves no more.
      return event.state === 'cleaned' ? stop(run, { why: 'stopped', upMs: 0 }, world) : stay(slot)
    case 'ready':
    case 'check-passed':
      return up(run, world)
    case 'check-failed':
      return stay({ ...slot, askMs: world.nowMs + world.policy.readyAfterMs })
    case 'exited':
      return settle(run, { end: event.end, upMs: 0 }, world)
    case 'timer':
      if (world.nowMs >= slot.sinceMs + world.policy.startTimeoutMs && event.lateMs <= hostAwayMs) {
        return kill(run, { why: 'start_timeout', upMs: 0 }, world)
      }
      if (world.nowMs < slot.askMs && event.lateMs <= hostAwayMs) return stay(slot)
      return [
        { ...slot, askMs: world.nowMs + world.policy.check.timeoutMs + world.policy.readyAfterMs },
        [{ do: 'check', run, timeoutMs: world.policy.check.timeoutMs }],
      ]
    default:
      return stay(slot)
  }
}

function onUp(slot: Of<'up'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  const upMs = world.nowMs - slot.sinceMs
  switch (event.type) {
    case 'desired':
      return isWanted(run, world) ? stay(slot) : stop(run, { why: 'stopped', upMs }, world)
    case 'hello':
      if (event.state === 'cleaned') return stop(run, { why: 'stopped', upMs }, world)
      return stay({ ...slot, check: rest(world) })
    case 'check-passed':
      return stay({ ...slot, check: rest(world) })
    case 'check-failed':
      return slot.check.at === 'asked' ? miss(slot, world) : stay(slot)
    case 'exited':
      return settle(run, { end: event.end, upMs }, world)
    case 'timer':
      if (slot.check.at === 'asked' && event.lateMs <= hostAwayMs) return miss(slot, world)
      return [
        { ...slot, check: { ...slot.check, at: 'asked', dueMs: world.nowMs + world.policy.check.timeoutMs } },
        [{ do: 'check', run, timeoutMs: world.policy.check.timeoutMs }],
      ]
    default:
      return stay(slot)
  }
}

function onStopping(slot: Of<'stopping'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  switch (event.type) {
    case 'hello':
      return slot.phase === 'cleanup' ? [slot, [{ do: 'cleanup', run }]] : stay(slot)
    case 'cleaned':
      return slot.phase === 'cleanup' ? term(slot, world) : stay(slot)
    case 'timer':
      if (slot.phase === 'cleanup') return term(slot, world)
      return [{ ...slot, phase: 'kill', dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run }]]
    case 'exited':
      return settle(run, { end: { ...event.end, reason: slot.why }, upMs: slot.upMs }, world)
    default:
      return stay(slot)
  }
}

function onBackoff(slot: Of<'backoff'>, event: SlotEvent, world: World): Decision {
  if (!isWanted(slot.last, world)) return decide({ at: 'vacant' }, event, world)
  if (event.type !== 'timer') return stay(slot)
  return start({ failures: slot.failures, ...waitsOf(slot), restarts: slot.last.restarts + 1 }, world)
}

function stay(slot: Slot): Decision {
  return [slot, []]
}

function isWanted(run: RunRef, world: World): boolean {
  return world.wanted && run.spec === world.spec
}

function start(counts: Pick<RunRef, 'failures' | 'waits' | 'restarts'>, world: World): Decision {
  const run: RunRef = { number: world.nextNumber, spec: world.spec, ...counts }
  return [
    { at: 'spawning', run },
    [
      { do: 'save', run },
      { do: 'spawn', run },
    ],
  ]
}

function up(run: RunRef, world: World): Decision {
  return [{ at: 'up', run, sinceMs: world.nowMs, check: rest(world) }, [{ do: 'save', run }]]
}

function rest(world: World): Extract<Slot, { at: 'up' }>['check'] {
  return { at: 'resting', dueMs: nextCheckMs(world.nowMs, world.policy.check.intervalMs), missed: 0 }
}

function miss(slot: Of<'up'>, world: World): Decision {
  const missed = slot.check.missed + 1
  if (missed >= world.policy.check.failures) {
    return kill(slot.run, { why: 'unhealthy', upMs: world.nowMs - slot.sinceMs }, world)
  }
  return stay({
    ...slot,
    check: { at: 'resting', dueMs: nextCheckMs(world.nowMs, world.policy.check.intervalMs), missed },
  })
}

type Stop = { why: StopReason; upMs: number }

function stop(run: RunRef, { why, upMs }: Stop, world: World): Decision {
  return [
    { at: 'stopping', run, why, upMs, phase: 'cleanup', dueMs: world.nowMs + world.policy.stopTimeoutMs },
    [
      { do: 'save', run },
      { do: 'cleanup', run },
    ],
  ]
}

function term(slot: Of<'stopping'>, world: World): Decision {
  return [{ ...slot, phase: 'term', dueMs: world.nowMs + world.policy.stopTimeoutMs }, [{ do: 'term', run: slot.run }]]
}

function kill(run: RunRef, { why, upMs }: Stop, world: World): Decision {
  return [
    { at: 'stopping', run, why, upMs, phase: 'kill', dueMs: world.nowMs + killAgainMs },
    [
      { do: 'save', run },
      { do: 'kill', run },
    ],
  ]
}

/** What the end of a run leads to: its end is recorded, and the policy says what comes next. */
function settle(run: RunRef, ended: { end: End; upMs: number }, world: World): Decision {
  const [next, effects] = afterEnd(run, ended, world)
  return [next, [{ do: 'end', run, end: ended.end }, ...effects]]
}

/**
 * What follows a run that has ended so, its record being saved already: used when it happens, and by the next host
 * that reads the record.
 */
export function afterEnd(run: RunRef, { end, upMs }: { end: End; upMs: number }, world: World): Decision {
  if (end.reason === 'stopped' || !isWanted(run, world)) return decide({ at: 'vacant' }, { type: 'desired' }, world)
  // It never lived, by no fault of its own: it counts as a restart, so that the count never falls, and not as a failure.
  if (end.reason === 'lost') return start({ failures: run.failures, restarts: run.restarts + 1 }, world)
  const { policy } = world
  if (end.reason === 'no_room' && policy.restart !== 'never') return waitForRoom(run, end, world)
  const endedWell = end.reason === 'exited' && end.code === 0
  const failures = (upMs >= policy.minUptimeMs ? 0 : run.failures) + 1
  if (endedWell && policy.restart !== 'always') return stay({ at: 'done', last: run, end })
  if (policy.restart === 'never' || failures >= policy.retries) return stay({ at: 'failed', last: run, failures, end })
  const delayMs = retryDelayMs(failures, world.jitter)
  if (delayMs === 0) return start({ failures, restarts: run.restarts + 1 }, world)
  return stay({ at: 'backoff', last: run, failures, retryAtMs: world.nowMs + delayMs, end })
}

/** Its failures are as they were: what comes up once there is room has all its attempts. */
function waitForRoom(run: RunRef, end: End, world: World): Decision {
  const waits = (run.waits ?? 0) + 1
  const { failures } = run
  const delayMs = retryDelayMs(waits, world.jitter)
  if (delayMs === 0) return start({ failures, waits, restarts: run.restarts + 1 }, world)
  return stay({ at: 'backoff', last: run, failures, waits, retryAtMs: world.nowMs + delayMs, end })
}

function waitsOf({ waits }: { waits?: number }): { waits?: number } {
  return waits === undefined ? {} : { waits }
}

function spawnFailed({ message, isForRoom }: { message: string; isForRoom?: boolean }): End {
  return { code: null, signal: null, reason: isForRoom ? 'no_room' : 'spawn_failed', message }
}
