// The one table from what slots are to the four words everyone sees.
import type { PodState } from '../../protocol/words.ts'
import type { Slot } from './slot.ts'

/** After so many attempts that found no room it is told, while it is tried on. */
const quietWaits = 5

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
  const waits = slot.at === 'backoff' ? slot.waits : 'run' in slot ? slot.run.waits : undefined
  return slot.at !== 'starting' && slot.at !== 'up' && slot.at !== 'stopping' && (waits ?? 0) >= quietWaits
}

/** Whether a slot holds a run that has, or may have, a process. */
export function hasRun(slot: Slot): slot is Extract<Slot, { at: 'spawning' | 'starting' | 'up' | 'stopping' }> {
  return 'run' in slot
}
