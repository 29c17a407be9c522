// What is told of a run whose process is gone while its end is worked out or saved: it is stopping. So whoever sees the end of a run
// finds its output complete, and its record.
import { type Beside, type Lane, laneOf, type Seat } from './seat.ts'
import type { Slot } from './slot.ts'

/** `number`: of the slot. `slot`: what is told of it. */
export type Ending = { number: number; lane: Lane; slot: Slot }

/** A run that was up is not up any more; any other is told as it is. */
export function endingIn(number: number, lane: Lane, slot: Slot): Ending {
  if (slot.at !== 'up' && slot.at !== 'draining') return { number, lane, slot }
  const { run } = slot
  return { number, lane, slot: { at: 'stopping', run, why: 'stopped', phase: 'kill', askedMs: 0, dueMs: 0, upMs: 0 } }
}

/** As {@link endingIn}, of the run with the number `run`; undefined where no slot has it any more. */
export function endingOf(number: number, seat: Seat, run: number): Ending | undefined {
  const lane = laneOf(seat, run)
  const slot = lane && seat[lane]
  return slot && endingIn(number, lane, slot)
}

/** What is told of the slots. */
export function toldSlots(slots: ReadonlyMap<number, Slot>, endings: readonly Ending[]): ReadonlyMap<number, Slot> {
  const ending = endings.filter(({ lane }) => lane === 'main')
  if (ending.length === 0) return slots
  return new Map([...slots, ...ending.map(({ number, slot }) => [number, slot] as const)])
}

/** What is told of the runs beside those in the slots. */
export function toldBeside(
  beside: ReadonlyMap<number, Beside>,
  endings: readonly Ending[],
): ReadonlyMap<number, Beside> {
  const ending = endings.filter(({ lane }) => lane !== 'main')
  if (ending.length === 0) return beside
  const told = new Map(beside)
  for (const { number, lane, slot } of ending) told.set(number, { ...told.get(number), [lane]: slot })
  return told
}
