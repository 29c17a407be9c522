// A slot that is reloaded holds two runs: the one that is in it, and one that comes in its place, or the one that has left it.
// Each lives by the lifecycle of slots. This file has what happens between the two, as a pure function: the coming one takes the
// place once it is up, and the other leaves; a coming one that ends before that changes nothing.
import { decide } from './decide.ts'
import { hasRun } from './public.ts'
import type { Effect, End, Slot, SlotEvent, World } from './slot.ts'
import { isWanted } from './steps.ts'

/** Where a run sits: in the slot itself, on its way there, or on its way out. */
export type Lane = 'main' | 'coming' | 'leaving'

/** Never both `coming` and `leaving`: one that has left is over before the next one comes. */
export type Seat = { main: Slot; coming?: Slot; leaving?: Slot }

/** The runs beside the one that is in the slot. */
export type Beside = Omit<Seat, 'main'>

/** What a run says that was asked to rest: it accepts no more, or it has something to do. */
export type RestEvent = { type: 'rested' } | { type: 'stirred' }

/** The worlds of the three: each is wanted, or not, for another reason, and with another spec. */
export type Worlds = Readonly<Record<Lane, World>>

/** `failed`: how the coming run ended, which did not come up. `hasStirred`: one that was asked to rest does not. */
export type SeatDecision = { seat: Seat; effects: readonly Effect[]; failed?: End; hasStirred?: boolean }

export function decideSeat(seat: Seat, lane: Lane, event: SlotEvent | RestEvent, worlds: Worlds): SeatDecision {
  const world = worlds[lane]
  if (event.type === 'stirred')
    return { seat, effects: [], ...(lane === 'main' && seat.main.at === 'up' && world.rests && { hasStirred: true }) }
  if (event.type === 'rested') return onRested(seat, lane, worlds)
  if (event.type === 'desired' && lane === 'main' && leavesNow(seat, world)) return leave(seat, worlds)
  if (event.type === 'desired' && lane === 'main' && isLeftAlone(seat, world)) return goOnBeside(seat, worlds)
  if (lane === 'main') {
    const [main, effects] = decide(seat.main, event, world)
    return { seat: { ...seat, main }, effects }
  }
  const { [lane]: slot = vacant, ...others } = seat
  // Only in its slot a run is begun anew.
  const [next, all] = decide(slot, event, { ...world, policy: { ...world.policy, restart: 'never' } })
  const at = all.findIndex(effect => effect.do === 'end')
  const end = all[at]
  if (end?.do === 'end') {
    // One that was lost before it had any code says nothing of the pod: another one comes.
    const isLost = end.end.reason === 'lost' && !end.end.isUnseen
    return {
      seat: others,
      effects: all.slice(0, at + 1),
      ...(lane === 'coming' && !isLost && { failed: end.end }),
    }
  }
  if (!hasRun(next)) return { seat: others, effects: all }
  if (lane === 'coming' && next.at === 'up') return takePlace(others, { next, effects: all, worlds })
  if (lane === 'leaving' && next.at === 'up') {
    // It had not come up when another one took its place, or an earlier host had not noted that it leaves.
    const [leaving, left] = decide(next, { type: 'leave' }, world)
    return { seat: { ...others, leaving }, effects: [...all, ...left] }
  }
  return { seat: { ...others, [lane]: next }, effects: all }
}

const vacant: Slot = { at: 'vacant' }

/** Another run is wanted in the place of the one that is there, or none, and that finishes what it has. */
function leavesNow({ main }: Seat, world: World): boolean {
  return main.at === 'up' && world.drains === true && !world.rests && !isWanted(main.run, world)
}

/** The host before this one died when it had noted that the one leaves, and had not begun the next one. */
function isLeftAlone({ main, coming, leaving }: Seat, world: World): boolean {
  return main.at === 'draining' && world.wanted && !world.isSingle && !coming && !leaving
}

function goOnBeside({ main: leaving }: Seat, worlds: Worlds): SeatDecision {
  const [main, effects] = decide(vacant, { type: 'desired' }, worlds.main)
  return { seat: { main, leaving }, effects }
}

/** Somebody may want it again before it has finished what it has. */
function onRested(seat: Seat, lane: Lane, worlds: Worlds): SeatDecision {
  return lane === 'main' && seat.main.at === 'up' ? leave(seat, worlds) : { seat, effects: [] }
}

/** It takes nothing new. If a run is wanted, it comes beside it, where that may be; else once this one has ended. */
function leave(seat: Seat, worlds: Worlds): SeatDecision {
  const { main, coming, leaving } = seat
  const [left, effects] = decide(main, { type: 'leave' }, worlds.leaving)
  if (coming || leaving || worlds.main.isSingle) return { seat: { ...seat, main: left }, effects }
  const [next, begun] = decide(vacant, { type: 'desired' }, worlds.main)
  return { seat: { main: next, leaving: left }, effects: [...effects, ...begun] }
}

/** First it is noted that the one is up, then that the other leaves: whoever dies in between knows both. */
function takePlace(
  { main: before }: Seat,
  { next, effects, worlds }: { next: Slot; effects: readonly Effect[]; worlds: Worlds },
): SeatDecision {
  const [leaving, left] = decide(before, { type: 'leave' }, worlds.leaving)
  return { seat: { main: next, ...(hasRun(leaving) && { leaving }) }, effects: [...effects, ...left] }
}

/** In which lane the run with this number is. */
export function laneOf(seat: Seat, number: number): Lane | undefined {
  return lanes.find(lane => {
    const slot = seat[lane]
    return slot !== undefined && hasRun(slot) && slot.run.number === number
  })
}

export const lanes: readonly Lane[] = ['main', 'coming', 'leaving']

/** With what the run of a slot was begun, or the last one; undefined where there was none. */
export function specIn(slot: Slot): string | undefined {
  if (hasRun(slot)) return slot.run.spec
  return 'last' in slot ? slot.last.spec : undefined
}
