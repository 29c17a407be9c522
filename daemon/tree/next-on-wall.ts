// When the clock on the wall next shows a time, though clocks are put forward and back. As cron has it: what is left out is made
// up for at once, and what comes twice is done once; but what goes by intervals goes by the time that passes. Pure.
import { day, firstAt, instantsAt, type Wall, wallOf, type Zone } from '../../protocol/zone.ts'

/** The first time on the wall after `wall`, of those that are asked for; undefined where there is none any more. */
export type NextWall = (wall: Wall) => Wall | undefined

/** The first instant after `fromMs` at which a time on the wall is due that is asked for. */
export function nextFixed(next: NextWall, fromMs: number, zone: Zone): number | undefined {
  for (let wall = next(reachedBy(fromMs, zone)); wall !== undefined; wall = next(wall)) {
    const instant = firstAt(wall, zone)
    if (instant > fromMs) return instant
  }
  return undefined
}

/** The latest time that the wall has shown: where the clocks were put back a while ago, that was before. */
function reachedBy(fromMs: number, zone: Zone): Wall {
  const back = putBackAt(fromMs - day, zone)
  return Math.max(wallOf(fromMs, zone), back === undefined ? 0 : back - 1 + zone(back - 1))
}

/** The first instant after `fromMs` at which the wall shows a time that is asked for, the second time too. */
export function nextInterval(next: NextWall, fromMs: number, zone: Zone): number | undefined {
  const ahead = nextAhead(next, fromMs, zone)
  const again = nextAgain(next, fromMs, zone)
  return again !== undefined && (ahead === undefined || again < ahead) ? again : ahead
}

function nextAhead(next: NextWall, fromMs: number, zone: Zone): number | undefined {
  let wall = next(wallOf(fromMs, zone))
  while (wall !== undefined) {
    const instants = instantsAt(wall, zone)
    const instant = instants.find(instant => instant > fromMs)
    if (instant !== undefined) return instant
    // What the clocks leave out is over when they are put forward.
    wall = next(instants.length === 0 ? wallOf(firstAt(wall, zone), zone) - 1 : wall)
  }
  return undefined
}

/** One that the clocks are about to show a second time. */
function nextAgain(next: NextWall, fromMs: number, zone: Zone): number | undefined {
  const back = putBackAt(fromMs, zone)
  const wall = back === undefined ? undefined : next(wallOf(back, zone) - 1)
  return wall === undefined ? undefined : instantsAt(wall, zone).find(instant => instant >= (back ?? instant))
}

/** When, within a day from then on, the clocks are put back. */
function putBackAt(fromMs: number, zone: Zone): number | undefined {
  let [low, high] = [fromMs, fromMs + day]
  const before = zone(low)
  if (zone(high) >= before) return undefined
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone(middle) === before) low = middle
    else high = middle
  }
  return high
}
