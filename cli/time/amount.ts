// Amounts of time before now, as people write them: 5m, 1h30m, last 2 hours, half an hour ago, PT5M. Hours and what is
// smaller are time that passes; days and what is larger go by the calendar, so that they end at the same time of day.
// Pure.
import { day, firstAt, type Wall, wallOf, type Zone } from '../../protocol/zone.ts'

/** An amount of time: months, days and milliseconds count one after the other. */
export type Amount = { months: number; days: number; ms: number }

const second = 1000
const units: readonly (readonly [pattern: RegExp, size: Partial<Amount>])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/, { ms: 1 }],
  [/^(?:s|secs?|seconds?)$/, { ms: second }],
  [/^(?:m|mins?|minutes?)$/, { ms: 60 * second }],
  [/^(?:h|hrs?|hours?)$/, { ms: 3600 * second }],
  [/^(?:d|days?)$/, { days: 1 }],
  [/^(?:w|wks?|weeks?)$/, { days: 7 }],
  [/^fortnights?$/, { days: 14 }],
  [/^(?:mos?|months?)$/, { months: 1 }],
  [/^(?:y|yrs?|years?)$/, { months: 12 }],
]

const words = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve'.split('|')
const number = `(?:\\d+(?:\\.\\d+)?|\\b(?:half an?|an? half|(?:a )?couple(?: of)?|${words.join('|')}|an?)\\b)`
const piece = new RegExp(`^(${number})( and a half)? ?([a-z]+)\\.?( and a half)?(?:,? (?:and )?|)`)

/** The amount that `text` (lower case) is; undefined if it is not one. */
export function readAmount(text: string): Amount | undefined {
  if (text.startsWith('p')) return isoAmount(text)
  let rest = text
  let total: Amount = { months: 0, days: 0, ms: 0 }
  do {
    const [all = '', count = '', before, unit = '', behind] = piece.exec(rest) ?? []
    const size = units.find(([pattern]) => pattern.test(unit))?.[1]
    if (all === '' || !size) return undefined
    const part = times(size, numberOf(count) + (before || behind ? 0.5 : 0))
    if (!part) return undefined
    total = { months: total.months + part.months, days: total.days + part.days, ms: total.ms + part.ms }
    rest = rest.slice(all.length)
  } while (rest !== '')
  return total
}

/** A unit without a number: the `hour` of "last hour". */
export function readUnit(text: string): Amount | undefined {
  if (/[a-z]{3}s$/.test(text)) return undefined
  const size = units.find(([pattern]) => pattern.test(text))?.[1]
  return size && times(size, 1)
}

/** The time on the wall that long before `wall`; if a month is too short for the day, its last day. */
export function wallBefore(wall: Wall, { months, days }: Amount): Wall {
  const date = new Date(wall)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1)
  const begun = new Date(first)
  const length = new Date(Date.UTC(begun.getUTCFullYear(), begun.getUTCMonth() + 1, 0)).getUTCDate()
  return first + (Math.min(date.getUTCDate(), length) - 1 - days) * day + (wall - Math.floor(wall / day) * day)
}

/** The instant that long before another. */
export function instantBefore(instantMs: number, amount: Amount, zone: Zone): number {
  if (amount.months === 0 && amount.days === 0) return instantMs - amount.ms
  return firstAt(wallBefore(wallOf(instantMs, zone), amount), zone) - amount.ms
}

function numberOf(text: string): number {
  if (/^\d/.test(text)) return Number(text)
  if (text.includes('half')) return 0.5
  if (text.includes('couple')) return 2
  return words.indexOf(text) + 1 || 1
}

/** Parts of a day are hours. A part of a month has no known length. */
function times({ months = 0, days = 0, ms = 0 }: Partial<Amount>, count: number): Amount | undefined {
  const whole = Number.isInteger(count)
  if (months * count !== Math.floor(months * count) || count > 1e9) return undefined
  return { months: months * count, days: whole ? days * count : 0, ms: ms * count + (whole ? 0 : days * count * day) }
}

function isoAmount(text: string): Amount | undefined {
  const match = /^p(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/.exec(
    text,
  )
  if (!match || !/\d[a-z]$/.test(text)) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map(part => Number(part ?? 0))
  return { months: years * 12 + months, days: weeks * 7 + days, ms: (hours * 3600 + minutes * 60 + seconds) * second }
}
