// The tables from what slots are to the words everyone sees: of a pod, and of a run.
import type { PodState } from '../../protocol/words.ts'
import type { Slot } from './slot.ts'

/** After so many attempts that found no room it is told, while it is tried on. */
const quietWaits = 5

/** The states of a slot that holds a run, and what that run is to everyone and to its record. */
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
 * @param others slots that are not, and are on their way out
 */
export function podState(wanted: readonly Slot[], others: readonly Slot[]): PodState {
  if (wanted.length === 0) return others.some(hasRun) ? 'waiting' : 'idle'
  if (wanted.some(slot => slot.at === 'failed' || isOutOfRoom(slot))) return 'error'
  if (wanted.every(slot => slot.at === 'done')) return 'idle'
  return wanted.every(slot => slot.at === 'up' || slot.at === 'done') ? 'up' : 'waiting'
}

/** Whether there has been no room for its run for a while. */
export function isOutOfRoom(slot: Slot): boolean {
  if (slot.at === 'backoff') return (slot.waits ?? 0) >= quietWaits
  const isWithout = slot.at === 'spawning' || slot.at === 'awaited' || slot.at === 'refused'
  return isWithout && (slot.run.waits ?? 0) >= quietWaits
}

/** Whether a slot holds a run that has, or may have, a process. */
export function hasRun(slot: Slot): slot is SlotWithRun {
  return slot.at in runStates
}

/** How far the run of a slot is. */
export function runStateOf(slot: SlotWithRun): (typeof runStates)[SlotWithRun['at']] {
  return runStates[slot.at]
}
