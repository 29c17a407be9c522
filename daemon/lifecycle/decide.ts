// The lifecycle of a slot as a pure function: (slot, event, world) -> [next slot, effects]. No clock, files, processes
// or logs in here; the caller saves, acts and tells, in that order.
//
//            desired                  turn                   spawned                    spawn-failed  save-failed
//  vacant    - or spawning: spawn     -                      -                          -             -
//  spawning  -                        ended or spawning: boot  booting or stopping: term  retried     retried
//  awaited   -                        -                      booting or stopping: term  -             -
//  booting   - or stopping: term      -                      -                          -             refused: kill
//  starting  - or stopping: cleanup   -                      -                          -             -
//  up        - or leaving             -                      -                          -             -
//  draining  - or stopping: cleanup   -                      -                          -             draining: drain
//  stopping  -                        -                      -                          -             again
//  refused   -                        -                      -                          -             -
//  backoff   - or ended               -                      -                          -             -
//  failed    - or ended               -                      -                          -             -
//  done      - or ended               -                      -                          -             -
//
//            hello                                                        exited     timer
//  vacant    -                                                            -          -
//  spawning  -                                                            settled    -
//  awaited   -                                                            -          awaited or ended
//  booting   starting: assign or booting: greet or running                settled    booting or stopping: kill
//  starting  starting: assign or running                                  settled    starting: check or stopping: kill
//  up        answered or stopping: greet, cleanup                          settled    up or up: check or stopping: kill
//  draining  draining: greet, drain or stopping: greet, cleanup           settled    looked
//  stopping  stopping: greet, cleanup or stopping: greet                  retried    stopping: term or stopping: kill
//  refused   refused: greet                                               retried    refused: kill
//  backoff   -                                                            -          ended
//  failed    -                                                            -          -
//  done      -                                                            -          -
//
//            ready  check-passed  check-failed              cleaned
//  vacant    -      -             -                         -
//  spawning  -      -             -                         -
//  awaited   -      -             -                         -
//  booting   -      -             -                         -
//  starting  readied  up            starting                  -
//  up        -      up            - or up or stopping: kill  -
//  draining  -      draining      draining                  -
//  stopping  -      -             -                         - or stopping: term
//  refused   -      -             -                         -
//  backoff   -      -             -                         -
//  failed    -      -             -                         -
//  done      -      -             -                         -
//
//            retry                  replace            leave              drained
//  vacant    -                      -                  -                  -
//  spawning  - or spawning          -                  -                  -
//  awaited   - or awaited           -                  -                  -
//  booting   - or booting           stopping: term     stopping: term     -
//  starting  - or starting          stopping: cleanup  stopping: cleanup  -
//  up        - or up                stopping: cleanup  draining: drain    -
//  draining  -                      stopping: cleanup  -                  stopping: cleanup
//  stopping  -                      -                  -                  -
//  refused   -                      -                  -                  -
//  backoff   - or ended             -                  vacant             -
//  failed    - or ended             -                  vacant             -
//  done      -                      -                  vacant             -
//
//            over
//  vacant    -
//  spawning  -
//  awaited   -
//  booting   stopping: kill
//  starting  stopping: kill
//  up        stopping: kill
//  draining  stopping: kill
//  stopping  - or stopping: kill
//  refused   -
//  backoff   -
//  failed    -
//  done      -
//
//  answered = up: assign or up: greet or up: assign, rest or up: greet, rest
//  looked = stopping: cleanup or draining or draining: check or stopping: kill
//  leaving = stopping: cleanup or draining: drain or up: rest
//  running = starting: greet or starting: greet, check or up: greet or stopping: greet, cleanup
//  readied = - or starting: check or up
//  again = stopping: cleanup or stopping: term or stopping: kill
//  ended = vacant or spawning: spawn
//  retried = vacant or spawning: spawn or backoff or failed
//  settled = vacant or spawning: spawn or backoff or failed or done
//
// A cell is the next state and what is done, "or" another of them; "-" is nothing at all. Two effects stand in no cell:
// what a record holds of a state is saved where it changes, and the end of a run is saved where it has ended. The
// caller makes sure that no event of a process comes before `spawned`.
import { onAwaited, onBooting, onSpawning, onStarting } from './decide-start.ts'
import { onDraining, onRefused, onStopping, onUp } from './decide-up.ts'
import { hasRun } from './public.ts'
import type { Decision, Slot, SlotEvent, World } from './slot.ts'
import { drain, isWanted, kill, killAgainMs, restart, stay, stop, stopEmpty, vacate, waitsOf } from './steps.ts'

export function decide(slot: Slot, event: SlotEvent, world: World): Decision {
  if (event.type === 'retry') return event.once ? onOnce(slot, world) : onRetry(slot, world)
  if (event.type === 'replace') return onReplace(slot, event, world)
  if (event.type === 'leave') return onLeave(slot, world)
  if (event.type === 'over') return onOver(slot, event, world)
  switch (slot.at) {
    case 'vacant':
      return event.type === 'desired' ? vacate(world) : stay(slot)
    case 'spawning':
      return onSpawning(slot, event, world)
    case 'awaited':
      return onAwaited(slot, event, world)
    case 'booting':
      return onBooting(slot, event, world)
    case 'starting':
      return onStarting(slot, event, world)
    case 'up':
      return onUp(slot, event, world)
    case 'draining':
      return onDraining(slot, event, world)
    case 'stopping':
      return onStopping(slot, event, world)
    case 'refused':
      return onRefused(slot, event, world)
    case 'backoff':
      if (event.type === 'timer' && isWanted(slot.last, world)) {
        const { last, failures, end } = slot
        const after = { number: last.number, end }
        return restart({ failures, ...waitsOf(slot), restarts: last.restarts + 1, after }, world)
      }
      return event.type === 'timer' || event.type === 'desired' ? unlessWanted(slot, world) : stay(slot)
    case 'failed':
    case 'done':
      return event.type === 'desired' ? unlessWanted(slot, world) : stay(slot)
  }
}

/** When a slot has to be looked at again if nothing happens, in the time of `World.nowMs`; undefined: never. */
export function timerOf(slot: Slot, { policy }: Pick<World, 'policy'>): number | undefined {
  switch (slot.at) {
    case 'booting':
      return slot.sinceMs + policy.startTimeoutMs
    case 'starting':
      return Math.min(slot.askMs, slot.sinceMs + policy.startTimeoutMs)
    case 'up':
      return slot.check.dueMs
    case 'draining':
      return Math.min(slot.dueMs, slot.check.dueMs)
    case 'awaited':
    case 'stopping':
    case 'refused':
      return slot.dueMs
    case 'backoff':
      return slot.retryAtMs
    default:
      return undefined
  }
}

/** Whether its timer ends a pause, so that nobody is late if it comes: the next check, the next attempt. */
export function isPause(slot: Slot): boolean {
  return slot.at === 'backoff' || (slot.at === 'up' && slot.check.at === 'resting')
}

/** What failed before counts no more; a run that is there or on its way is left alone. */
function onRetry(slot: Slot, world: World): Decision {
  if (slot.at === 'backoff' || slot.at === 'failed') return vacate(world)
  if (!hasRun(slot) || slot.at === 'draining' || slot.at === 'stopping' || slot.at === 'refused') return stay(slot)
  const { after: _after, waits: _waits, ...run } = slot.run
  return stay({ ...slot, run: { ...run, failures: 0 } })
}

/** What failed before counts. */
function onOnce(slot: Slot, world: World): Decision {
  if (slot.at !== 'failed' || !isWanted(slot.last, world)) return stay(slot)
  const { last, failures, end } = slot
  return restart({ failures, restarts: last.restarts + 1, after: { number: last.number, end } }, world)
}

function onReplace(slot: Slot, { why, said }: SlotEvent & { type: 'replace' }, world: World): Decision {
  if (slot.at === 'booting') return stopEmpty(slot.run, world)
  if (slot.at !== 'starting' && slot.at !== 'up' && slot.at !== 'draining') return stay(slot)
  const upMs = slot.at === 'starting' ? 0 : world.nowMs - slot.sinceMs
  return stop(slot.run, { why, upMs, ...(said !== undefined && { found: { said } }) }, world)
}

/** Nothing of it waits: neither a cleanup nor a stop that is under way. */
function onOver(slot: Slot, { said }: SlotEvent & { type: 'over' }, world: World): Decision {
  switch (slot.at) {
    case 'booting':
    case 'starting':
      return kill(slot.run, { why: 'limit', upMs: 0, found: { said } }, world)
    case 'up':
    case 'draining':
      return kill(slot.run, { why: 'limit', upMs: world.nowMs - slot.sinceMs, found: { said } }, world)
    case 'stopping':
      if (slot.phase === 'kill') return stay(slot)
      return [{ ...slot, phase: 'kill', dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run: slot.run }]]
    default:
      return stay(slot)
  }
}

/** Only what is up has anything to finish. One that has no process yet is ended once it has. */
function onLeave(slot: Slot, world: World): Decision {
  switch (slot.at) {
    case 'up':
      return drain(slot, world)
    case 'booting':
      return stopEmpty(slot.run, world)
    case 'starting':
      return stop(slot.run, { why: 'stopped', upMs: 0 }, world)
    case 'backoff':
    case 'failed':
    case 'done':
      return stay({ at: 'vacant' })
    default:
      return stay(slot)
  }
}

/** The traces of the last run go if another run is wanted, or none. */
function unlessWanted(slot: Extract<Slot, { last: unknown }>, world: World): Decision {
  return isWanted(slot.last, world) ? stay(slot) : vacate(world)
}
