// The times that are read without loading anything: so long ago, and dates in the form of ISO 8601. Pure.
import { dayOf, instant, type Moment } from './moment.ts'

const second = 1000
const units: [pattern: RegExp, ms: number][] = [
  [/^(?:s|secs?|seconds?)$/i, second],
  [/^(?:m|mins?|minutes?)$/i, 60 * second],
  [/^(?:h|hrs?|hours?)$/i, 3600 * second],
  [/^(?:d|days?)$/i, 86_400 * second],
  [/^(?:w|weeks?)$/i, 7 * 86_400 * second],
  [/^months?$/i, 30 * 86_400 * second],
  [/^years?$/i, 365 * 86_400 * second],
]

/** The moment that `text` names in one of these forms, or undefined. */
export function quickMoment(text: string, now: Date): Moment | undefined {
  if (/^now$/i.test(text)) return instant(now)
  return longAgo(text, now) ?? isoMoment(text)
}

/** `last 5 mins`, `last hour`, `5m`, `1h30m`, `2 days ago`. */
function longAgo(text: string, now: Date): Moment | undefined {
  const [, last, amounts = ''] = /^((?:the )?(?:last|past) )?(.+?)(?: ago)?$/i.exec(text) ?? []
  const ms = last !== undefined && !/\d/.test(amounts) ? unitMs(amounts) : sumOfAmounts(amounts)
  if (ms === undefined) return undefined
  const date = new Date(now.getTime() - ms)
  return Number.isNaN(date.getTime()) ? undefined : instant(date)
}

function sumOfAmounts(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)? ?[a-z]+ ?)+$/i.test(text)) return undefined
  const amounts = [...text.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/gi)]
  let total = 0
  for (const [, number, unit = ''] of amounts) total += Number(number) * (unitMs(unit) ?? Number.NaN)
  return Number.isNaN(total) ? undefined : total
}

function unitMs(unit: string): number | undefined {
  return units.find(([pattern]) => pattern.test(unit))?.[1]
}

/** `2026-11-20`, a local day; `2026-11-20T10:00`, local; `2026-11-20T10:00:00.123Z`. */
function isoMoment(text: string): Moment | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text)
  if (!match) return undefined
  const [, year, month, day, time, zone = ''] = match
  const date = new Date(`${year}-${month}-${day}T${time ?? '00:00'}${zone.toUpperCase()}`)
  // Some Dates roll the 31st of February over to March; that day was not meant.
  const rolled = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)
  if (Number.isNaN(date.getTime()) || rolled) return undefined
  return time === undefined ? dayOf(date) : instant(date)
}
