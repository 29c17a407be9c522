// A reload goes from slot to slot: which of them are next, and whether all are done. Pure.
import { type Seat, specIn } from './seat.ts'

/** `to`: the spec that each slot is to have. `width`: how many slots are reloaded at a time. */
export type Roll = { to: string; width: number }

/** `begin`: the slots in which a run is to come now. */
export type RollStep = { begin: readonly number[]; isDone: boolean }

/** @param seats the slots that are wanted, in order */
export function rollOn(seats: readonly Seat[], { to, width }: Roll): RollStep {
  const busy = seats.filter(({ coming, leaving }) => coming !== undefined || leaving !== undefined).length
  const old = seats.flatMap((seat, slot) => (isBehind(seat, to) ? [slot] : []))
  return { begin: old.slice(0, Math.max(0, width - busy)), isDone: busy === 0 && old.length === 0 }
}

/** Whether nothing is on its way there yet. */
function isBehind({ main, coming, leaving }: Seat, to: string): boolean {
  return specIn(main) !== to && coming === undefined && leaving === undefined
}
