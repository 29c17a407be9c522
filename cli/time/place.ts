// Gives a moment its place in time: a moment that could be in the past or in the future is in the past, and the second
// end of a span comes after the first. Pure.

import { firstAt, lastAt, midnightOf, wallOf, type Zone } from '../../protocol/zone.ts'
import type { Refused, Stretch } from './day.ts'
import type { Said } from './moment.ts'

/**
 * A moment in its place. An instant that the clocks repeat goes from the first to the last. An instant that the clocks
 * skip is the one at which they go forward.
 */
export type Moment = { startMs: number; endMs: number; isStretch: boolean; isLeftOut?: boolean }

/** How many years, weeks or days to search for one that fits: no leap year is farther away. */
const mostLooks = 9

/** The latest one that does not begin after `limitMs`. */
export function placeBefore(
  said: Said,
  { limitMs, nowMs, zone }: { limitMs: number; nowMs: number; zone: Zone },
): Moment | Refused {
  if ('at' in said) return instant(said.at(nowMs, zone))
  const own = said.zone ?? zone
  if (!said.day.isOneOfMany) return only(said, { nowMs, zone: own })
  const from = wallOf(limitMs, own)
  for (let back = 0; back < mostLooks; back++) {
    const moment = momentOn(said, said.day.at(from, back), own)
    if (moment && ('refused' in moment || moment.startMs <= limitMs)) return moment
  }
  return { refused: 'there was no such day' }
}

/** The first one that ends after `afterMs`; if there is only one, that one. */
export function placeAfter(
  said: Said,
  { afterMs, nowMs, zone }: { afterMs: number; nowMs: number; zone: Zone },
): Moment | Refused {
  if ('at' in said) return instant(said.at(nowMs, zone))
  const own = said.zone ?? zone
  if (!said.day.isOneOfMany) return only(said, { nowMs, zone: own })
  const from = wallOf(afterMs, own)
  for (let back = 1; back > -mostLooks; back--) {
    const moment = momentOn(said, said.day.at(from, back), own)
    if (moment && ('refused' in moment || (moment.isStretch ? moment.endMs : moment.startMs) > afterMs)) return moment
  }
  return { refused: 'there will be no such day' }
}

type Walled = Exclude<Said, { at: unknown }>

function only(said: Walled, { nowMs, zone }: { nowMs: number; zone: Zone }): Moment | Refused {
  return momentOn(said, said.day.at(wallOf(nowMs, zone), 0), zone) ?? { refused: 'there is no such day' }
}

function momentOn({ clock }: Walled, stretch: Stretch | Refused | undefined, zone: Zone): Moment | Refused | undefined {
  if (!stretch || 'refused' in stretch) return stretch
  const [from, to] = [
    stretch.from + (clock?.fromMs ?? 0),
    clock ? stretch.from + (clock.toMs ?? clock.fromMs) : stretch.to,
  ]
  const isStretch = to > from
  // A day begins once, even if the clocks repeat its first hour.
  const isMidnight = midnightOf(from) === from
  const startMs = firstAt(from, zone)
  return {
    startMs,
    endMs: isStretch || isMidnight ? firstAt(to, zone) : lastAt(to, zone),
    isStretch,
    isLeftOut: wallOf(startMs, zone) !== from,
  }
}

function instant(ms: number): Moment {
  return { startMs: ms, endMs: ms, isStretch: false }
}
