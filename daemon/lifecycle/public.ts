// The tables that turn the states of slots into the words that everyone sees, for a pod and for a run.
import type { PodState } from '../../protocol/words.ts'
import type { Slot } from './slot.ts'

/** After this many attempts without room it is shown; the attempts continue. */
const quietWaits = 5

/** The states of a slot that holds a run, and what everyone and the record call that run. */
const runStates = {
  spawning: 'spawning',
  awaited: 'spawning',
  booting: 'starting',
  starting: 'starting',
  up: 'up',
  stopping: 'stopping',
  refused: 'stopping',
} as const

export type SlotWithRun = Extract<Slot, { at: keyof typeof runStates }>

/**
 * The status of a pod.
 * @param wanted the slots that are wanted
 * @param others slots that are not wanted and are ending
 */
export function podState(wanted: readonly Slot[], others: readonly Slot[]): PodState {
  if (wanted.length === 0) return others.some(hasRun) ? 'waiting' : 'idle'
  if (wanted.some(slot => slot.at === 'failed' || isOutOfRoom(slot))) return 'error'
  if (wanted.every(slot => slot.at === 'done')) return 'idle'
  return wanted.every(slot => slot.at === 'up' || slot.at === 'done') ? 'up' : 'waiting'
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
