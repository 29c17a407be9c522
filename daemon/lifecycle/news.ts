// Whether what happened to a slot can be seen from outside. Its health checks cannot, and on an idle host nothing else happens.
import type { RestEvent, Seat } from './seat.ts'
import type { Slot, SlotEvent } from './slot.ts'

/** @param change how the slot was before the event, and how it is after that */
export function isNews(event: SlotEvent | RestEvent, { before, after }: { before: Seat; after: Seat }): boolean {
  const isOfCheck = event.type === 'timer' || event.type === 'check-passed' || event.type === 'check-failed'
  if (!isOfCheck) return true
  return !(['main', 'coming', 'leaving'] as const).every(lane => isAlike(before[lane], after[lane]))
}

/** Whether the two differ in nothing but the check that is under way. */
function isAlike(one: Slot | undefined, other: Slot | undefined): boolean {
  if (one === other) return true
  return one?.at === 'up' && other?.at === 'up' && one.run === other.run && one.sinceMs === other.sinceMs
}
