// The tables that turn the states of slots into the words that everyone sees, for a pod and for a run.
import type { Policy } from '../../protocol/policy.ts'
import type { PodState } from '../../protocol/words.ts'
import type { End, Slot } from './slot.ts'

/** After this many attempts without room it is shown; the attempts continue. */
const quietWaits = 5

/** The states of a slot that holds a run, and what everyone and the record call that run. */
const runStates = {
  spawning: 'spawning',
  awaited: 'spawning',
  booting: 'starting',
  starting: 'starting',
  up: 'up',
  draining: 'stopping',
  stopping: 'stopping',
  refused: 'stopping',
} as const

export type SlotWithRun = Extract<Slot, { at: keyof typeof runStates }>

/** What of a policy says when attempts have failed too often. */
export type Patience = Pick<Policy, 'retries' | 'minUptimeMs'>

/**
 * The status of a pod.
 * @param wanted the slots that are wanted
 * @param others slots that are not wanted and are ending
 */
export function podState(wanted: readonly Slot[], others: readonly Slot[], patience: Patience): PodState {
  if (wanted.length === 0) return others.some(hasRun) ? 'waiting' : 'idle'
  if (wanted.some(slot => isInTrouble(slot, patience))) return 'error'
  if (wanted.every(slot => slot.at === 'done')) return 'idle'
  return wanted.every(slot => slot.at === 'up' || slot.at === 'done') ? 'up' : 'waiting'
}

/** Whether its attempts have failed too often. Further attempts may be made. */
export function isInTrouble(slot: Slot, { retries, minUptimeMs }: Patience): boolean {
  const isTooMuch = (failures: number, end: End | undefined) => failures >= retries || end?.outlook === 'slow'
  switch (slot.at) {
    case 'failed':
      return true
    case 'backoff':
      return isTooMuch(slot.failures, slot.end) || isOutOfRoom(slot)
    case 'stopping':
      // A stop is no attempt that fails, and of a run that was up for long the attempts before it count no more.
      if (slot.why === 'stopped' || slot.upMs >= minUptimeMs) return false
      return isTooMuch(slot.run.failures, slot.run.after?.end)
    case 'spawning':
    case 'awaited':
    case 'booting':
    case 'starting':
    case 'refused':
      return isTooMuch(slot.run.failures, slot.run.after?.end) || isOutOfRoom(slot)
    default:
      return false
  }
}

/** Whether its run has found no room for a while. */
export function isOutOfRoom(slot: Slot): boolean {
  if (slot.at === 'backoff') return (slot.waits ?? 0) >= quietWaits
  const isWithout = slot.at === 'spawning' || slot.at === 'awaited' || slot.at === 'refused'
  return isWithout && (slot.run.waits ?? 0) >= quietWaits
}

/** Whether a slot holds a run that has, or may have, a process. */
export function hasRun(slot: Slot): slot is SlotWithRun {
  return slot.at in runStates
}

/** The state of the run of a slot. */
export function runStateOf(slot: SlotWithRun): (typeof runStates)[SlotWithRun['at']] {
  return runStates[slot.at]
}
