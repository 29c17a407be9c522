// What was said of a day, or of a longer stretch of the calendar, as yet without a place in time. Types alone.
import type { Wall } from '../../protocol/zone.ts'

/** A stretch of the calendar, from its first midnight to the one after it. */
export type Stretch = { from: Wall; to: Wall }

/** What was said of the day. */
export type Day = {
  /**
   * The stretch that is meant, seen from a time: `back` 0 is the newest that does not begin after that day, 1 the one before
   * it, -1 the one after it. One of which there is but one is the same for all; undefined where a year lacks it.
   */
  at: (now: Wall, back: number) => Stretch | Refused | undefined
  /** There are many of them: `friday`, `Nov 18`, or just a time of day. */
  isOneOfMany: boolean
  /** Of this day a part must be named too: `this morning`, `last night`. */
  needsPart?: true
}

/** Why a text that was understood cannot be used. */
export type Refused = { refused: string }
