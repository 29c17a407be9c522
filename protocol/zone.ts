// Local time and the instants it stands for, in any zone: an hour that the clocks repeat has two, one that they skip
// has none. It does not know what happens at a time.

/** A date and time as a clock on the wall shows it: the milliseconds that UTC would have for these figures. */
export type Wall = number

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export type Zone = (instantMs: number) => number

export const hour = 3_600_000
export const day = 24 * hour

/** The zone of this process, as Node understands TZ or the system. */
export const localZone: Zone = instantMs => (-new Date(instantMs).getTimezoneOffset() * hour) / 60

/** A zone that is always `aheadMs` ahead of UTC. */
export const fixedZone = (aheadMs: number): Zone => {
  return () => aheadMs
}

/** The zone that the time zone database has under this name, or undefined. */
export function zoneNamed(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    // Intl says so that it does not know the zone.
    return undefined
  }
  return instantMs => {
    const text = format.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? []
    const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ahead : ahead
  }
}

/** Whether Node understands TZ: it silently takes a zone that it does not know for UTC. */
export function isUnderstood(tz = ''): boolean {
  const name = tz
    .replace(/^:/, '')
    .replace(/^\/usr\/share\/zoneinfo\//, '')
    .replace(/^(?:posix|right)\//, '')
  // If it names a file, Node reads the file.
  if (name === '' || name.startsWith('/') || /^(?:utc|gmt)[+-]?0*$/i.test(name)) return true
  const year = new Date().getUTCFullYear()
  const seasons = [Date.UTC(year, 0), Date.UTC(year, 6)]
  const zone = zoneNamed(name)
  if (zone) return seasons.every(season => zone(season) === localZone(season))
  // Node knows a part of the POSIX form of zones: if it understands one, the time is not UTC.
  return seasons.some(season => localZone(season) !== 0)
}

export function wallOf(instantMs: number, zone: Zone): Wall {
  return instantMs + zone(instantMs)
}

/** The wall's midnight before it, or itself. */
export function midnightOf(wall: Wall): Wall {
  return Math.floor(wall / day) * day
}

/** The first instant that has this time on the wall; if the clocks skip it, the instant at which they go forward. */
export function firstAt(wall: Wall, zone: Zone): number {
  return instantsAt(wall, zone)[0] ?? leapOver(wall, zone)
}

/** The last such instant. */
export function lastAt(wall: Wall, zone: Zone): number {
  return instantsAt(wall, zone).at(-1) ?? leapOver(wall, zone)
}

/** Every instant that has this time on the wall, in order: none, one or two. */
export function instantsAt(wall: Wall, zone: Zone): number[] {
  const [before, after] = offsetsAround(wall, zone)
  const found = [...new Set([before, after])].map(ahead => wall - ahead)
  return found.filter(instant => wallOf(instant, zone) === wall).sort((a, b) => a - b)
}

/** No zone is a whole day ahead of or behind UTC, and none changes its clocks twice within two days. */
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
