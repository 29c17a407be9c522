// Local time and the instants it stands for, in any zone: an hour that the clocks repeat has two, one that they leave out
// has none. Pure. It knows nothing of words.

/** A date and time as a clock on the wall shows it: the milliseconds that UTC would have for these figures. */
export type Wall = number

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export type Zone = (instantMs: number) => number

export const hour = 3_600_000
export const day = 24 * hour

/** A zone that is always so far ahead of UTC. */
export const fixedZone = (aheadMs: number): Zone => {
  return () => aheadMs
}

export function wallOf(instantMs: number, zone: Zone): Wall {
  return instantMs + zone(instantMs)
}

/** The wall's midnight before it, or itself. */
export function midnightOf(wall: Wall): Wall {
  return Math.floor(wall / day) * day
}

/** The first instant that has this time on the wall; where the clocks leave it out, the one at which they are put forward. */
export function firstAt(wall: Wall, zone: Zone): number {
  return instantsAt(wall, zone)[0] ?? leapOver(wall, zone)
}

/** The last such instant. */
export function lastAt(wall: Wall, zone: Zone): number {
  return instantsAt(wall, zone).at(-1) ?? leapOver(wall, zone)
}

function instantsAt(wall: Wall, zone: Zone): number[] {
  const [before, after] = offsetsAround(wall, zone)
  const found = [...new Set([before, after])].map(ahead => wall - ahead)
  return found.filter(instant => wallOf(instant, zone) === wall).sort((a, b) => a - b)
}

/** No zone is a day ahead of UTC or behind it, and none puts its clocks on twice within two. */
function offsetsAround(wall: Wall, zone: Zone): [before: number, after: number] {
  return [zone(wall - day), zone(wall + day)]
}

function leapOver(wall: Wall, zone: Zone): number {
  const [before, after] = offsetsAround(wall, zone)
  let [low, high] = [wall - Math.max(before, after), wall - Math.min(before, after)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone(middle) === before) low = middle
    else high = middle
  }
  return high
}
