// The lifecycle of a slot as a pure function: (slot, event, world) -> [next slot, effects]. No clock, files, processes
// or logs in here; the caller saves, acts and tells, in that order.
//
//            desired                  turn                   spawned                    spawn-failed  save-failed
//  vacant    - or spawning: spawn     -                      -                          -             -
//  spawning  -                        ended or spawning: boot  booting or stopping: term  retried     retried
//  awaited   -                        -                      booting or stopping: term  -             -
//  booting   - or stopping: term      -                      -                          -             refused: kill
//  starting  - or stopping: cleanup   -                      -                          -             -
//  up        - or stopping: cleanup   -                      -                          -             -
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
//  up        up: assign or up: greet or stopping: greet, cleanup          settled    up or up: check or stopping: kill
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
//  starting  up     up            starting                  -
//  up        -      up            - or up or stopping: kill  -
//  stopping  -      -             -                         - or stopping: term
//  refused   -      -             -                         -
//  backoff   -      -             -                         -
//  failed    -      -             -                         -
//  done      -      -             -                         -
//
//            retry                  replace
//  vacant    -                      -
//  spawning  - or spawning          -
//  awaited   - or awaited           -
//  booting   - or booting           stopping: term
//  starting  - or starting          stopping: cleanup
//  up        - or up                stopping: cleanup
//  stopping  -                      -
//  refused   -                      -
//  backoff   ended                  -
//  failed    ended                  -
//  done      -                      -
//
//  running = starting: greet or up: greet or stopping: greet, cleanup
//  again = stopping: cleanup or stopping: term or stopping: kill
//  ended = vacant or spawning: spawn
//  retried = vacant or spawning: spawn or backoff or failed
//  settled = vacant or spawning: spawn or backoff or failed or done
//
// A cell is the next state and what is done, "or" another of them; "-" is nothing at all. Two effects stand in no cell:
// what a record holds of a state is saved where it changes, and the end of a run is saved where it has ended. The
// caller makes sure that no event of a process comes before `spawned`.
import { onAwaited, onBooting, onSpawning, onStarting } from './decide-start.ts'
import { onRefused, onStopping, onUp } from './decide-up.ts'
import { hasRun } from './public.ts'
import type { Decision, Slot, SlotEvent, World } from './slot.ts'
import { isWanted, restart, stay, stop, stopEmpty, vacate, waitsOf } from './steps.ts'

export function decide(slot: Slot, event: SlotEvent, world: World): Decision {
  if (event.type === 'retry') return onRetry(slot, world)
  if (event.type === 'replace') return onReplace(slot, event, world)
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
  if (!hasRun(slot) || slot.at === 'stopping' || slot.at === 'refused') return stay(slot)
  const { after: _after, waits: _waits, ...run } = slot.run
  return stay({ ...slot, run: { ...run, failures: 0 } })
}

function onReplace(slot: Slot, { why, said }: SlotEvent & { type: 'replace' }, world: World): Decision {
  if (slot.at === 'booting') return stopEmpty(slot.run, world)
  if (slot.at !== 'starting' && slot.at !== 'up') return stay(slot)
  const upMs = slot.at === 'up' ? world.nowMs - slot.sinceMs : 0
  return stop(slot.run, { why, upMs, ...(said !== undefined && { found: { said } }) }, world)
}

/** The traces of the last run go if another run is wanted, or none. */
function unlessWanted(slot: Extract<Slot, { last: unknown }>, world: World): Decision {
  return isWanted(slot.last, world) ? stay(slot) : vacate(world)
}
