// What a text says about a day, or a longer stretch of the calendar, before it has a place in time. Only types.
import type { Wall } from '../../protocol/zone.ts'

/** A stretch of the calendar, from its first midnight to the one after it. */
export type Stretch = { from: Wall; to: Wall }

/** What a text says about the day. */
export type Day = {
  /**
   * The stretch that is meant, seen from a time: `back` 0 is the latest one that does not begin after that day, 1 the
   * one before it, -1 the one after it. If there is only one such stretch, it is the same for all. Undefined if a year
   * lacks it.
   */
  at: (now: Wall, back: number) => Stretch | Refused | undefined
  /** There are many of them: `friday`, `Nov 18`, or just a time of day. */
  isOneOfMany: boolean
  /** A part of this day must be named too: `this morning`, `last night`. */
  needsPart?: true
}

/** Why a text that was understood cannot be used. */
export type Refused = { refused: string }
