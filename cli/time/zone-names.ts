// Zones as people write them: UTC, CET, GMT+0100, +05:30, Europe/Berlin. It knows nothing of dates.
import { fixedZone, hour, type Zone, zoneNamed } from '../../protocol/zone.ts'

/** How many hours they are ahead of UTC. */
const abbreviations: Record<string, number> = {
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  west: 1,
  cet: 1,
  met: 1,
  cest: 2,
  mest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  sast: 2,
  est: -5,
  edt: -4,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
  jst: 9,
  kst: 9,
  awst: 8,
  acst: 9.5,
  acdt: 10.5,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
}

/** Abbreviations with several meanings. The zone of this process decides which one is meant, or none. */
const ambiguous: Record<string, readonly (readonly [hours: number, within: RegExp])[]> = {
  bst: [
    [1, /^Europe\/|^GB/],
    [6, /^Asia\/Dhaka/],
  ],
  cst: [
    [-6, /^America\/|^US\//],
    [8, /^Asia\//],
  ],
  ist: [
    [5.5, /^Asia\/(?:Kolkata|Calcutta)/],
    [1, /^Europe\/Dublin/],
    [2, /^Asia\/(?:Jerusalem|Tel_Aviv)/],
  ],
}

const names = [...Object.keys(abbreviations), ...Object.keys(ambiguous)].join('|')

/** The names that a zone may have in a text; lower case. */
export const zonePattern = `(?:(?:utc|gmt)[+-]\\d{1,2}(?::?\\d\\d)?|(?:${names})\\b|[+-]\\d\\d(?::?\\d\\d)?(?![\\d:])|[a-z_]+(?:\\/[a-z0-9_+-]+)+)`

/** The zone of that name, the reason why it cannot be known, or undefined if there is none. */
export function zoneCalled(name: string): Zone | { unknown: string } | undefined {
  const [, sign, ahead, minutes = '0'] = /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?$/.exec(name) ?? []
  if (sign && ahead) {
    const ms = Number(ahead) * hour + (Number(minutes) * hour) / 60
    if (Number(ahead) > 14 || Number(minutes) > 59) return { unknown: `no zone is ${name} from UTC` }
    return fixedZone(sign === '-' ? -ms : ms)
  }
  const hours = abbreviations[name] ?? ambiguous[name]
  if (typeof hours === 'number') return fixedZone(hours * hour)
  if (hours) return oneOf(name, hours)
  if (!name.includes('/')) return undefined
  return zoneNamed(name) ?? { unknown: `there is no time zone ${JSON.stringify(name)}` }
}

function oneOf(name: string, meant: readonly (readonly [hours: number, within: RegExp])[]): Zone | { unknown: string } {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const found = meant.find(([, within]) => within.test(own ?? ''))
  if (found) return fixedZone(found[0] * hour)
  const written = meant.map(([hours]) => offsetText(hours * hour))
  return { unknown: `${name.toUpperCase()} is the name of several zones: write ${written.join(' or ')}` }
}

/** `+05:30`. */
export function offsetText(aheadMs: number): string {
  const minutes = Math.abs(Math.round(aheadMs / 60_000))
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0'))
  return `${aheadMs < 0 ? '-' : '+'}${hours}:${rest}`
}
