// Dates in figures: 2026-11-20, 20.11.2026, 2026-W47, 2026-324. A text that could be two dates is refused. Pure.

import { day, type Wall } from '../../protocol/zone.ts'
import type { Day, Refused, Stretch } from './day.ts'

/** @param text lower case @returns undefined if it is not a date in figures */
export function dateInFigures(text: string): Day | Refused | undefined {
  return isoDate(text) ?? isoWeek(text) ?? dayAndMonth(text)
}

function isoDate(text: string): Day | Refused | undefined {
  const [, year, month, date] = /^(\d{4})([-/.]?)(\d\d?)\2(\d\d?)$/.exec(text)?.toSpliced(2, 1) ?? []
  if (year && month && date && (text.length === 8 || /\D/.test(text))) return onDate(year, month, date)
  const [, ofYear, only] = /^(\d{4})-(\d\d)$/.exec(text) ?? []
  if (ofYear && only && Number(only) >= 1 && Number(only) <= 12) {
    return fixed({ from: Date.UTC(Number(ofYear), Number(only) - 1), to: Date.UTC(Number(ofYear), Number(only)) })
  }
  const [, inYear, count] = /^(\d{4})-(\d{3})$/.exec(text) ?? []
  if (!inYear || !count) return undefined
  return inTheYear(Number(inYear), Date.UTC(Number(inYear), 0, Number(count)))
}

/** `2026-W47`, `2026-W47-5`, `week 47`, `week 47 of 2026`. */
function isoWeek(text: string): Day | Refused | undefined {
  const iso = /^(\d{4})-?w(\d\d)(?:-?([1-7]))?$/.exec(text)
  const [, spokenWeek, spokenYear] = /^(?:week |cw ?|kw ?|w)(\d{1,2})(?:,? (?:of )?(\d{4}))?$/.exec(text) ?? []
  const [year, week, weekday] = iso ? iso.slice(1) : [spokenYear, spokenWeek]
  if (week === undefined) return undefined
  if (year === undefined) {
    if (!weekOf(2020, Number(week))) return { refused: `there is no week ${week}` }
    return { isOneOfMany: true, at: (today, back) => weekOf(yearOfWeek(today, Number(week)) - back, Number(week)) }
  }
  const whole = weekOf(Number(year), Number(week))
  if (!whole) return { refused: `${year} has no week ${week}` }
  if (weekday === undefined) return fixed(whole)
  return fixed(dayAt(whole.from + (Number(weekday) - 1) * day))
}

/** The latest year in which the week of that number has begun. */
function yearOfWeek(today: Wall, week: number): number {
  const year = new Date(today).getUTCFullYear() + 1
  const begun = [year, year - 1].find(year => (weekOf(year, week)?.from ?? Number.POSITIVE_INFINITY) <= today)
  return begun ?? year - 2
}

/** A week belongs to the year of its Thursday. */
function weekOf(year: number, week: number): Stretch | undefined {
  const fourth = Date.UTC(year, 0, 4)
  const from = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day + (week - 1) * 7 * day
  const isThere = week >= 1 && new Date(from + 3 * day).getUTCFullYear() === year
  return isThere ? { from, to: from + 7 * day } : undefined
}

/** `20.11.2026`, `11/20/2026`: which of the two is the month must be clear. */
function dayAndMonth(text: string): Day | Refused | undefined {
  const [, one, , two, year] = /^(\d\d?)([-/.])(\d\d?)\2(\d{4})$/.exec(text) ?? []
  if (!one || !two || !year) return undefined
  if (Number(one) > 12) return onDate(year, two, one)
  if (Number(two) > 12 || one === two) return onDate(year, one, two)
  const [first, second] = [isoOf(year, one, two), isoOf(year, two, one)]
  return { refused: `${text} could be ${first} or ${second}: write the one that you mean so` }
}

function isoOf(year: string, month: string, date: string): string {
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
}

function onDate(year: string, month: string, date: string): Day | Refused {
  const from = Date.UTC(Number(year), Number(month) - 1, Number(date))
  const isThere = new Date(from).getUTCDate() === Number(date) && new Date(from).getUTCMonth() === Number(month) - 1
  return isThere ? fixed(dayAt(from)) : { refused: `there is no ${isoOf(year, month, date)}` }
}

function inTheYear(year: number, from: Wall): Day | Refused {
  return new Date(from).getUTCFullYear() === year ? fixed(dayAt(from)) : { refused: `${year} has no such day` }
}

function dayAt(from: Wall): Stretch {
  return { from, to: from + day }
}

function fixed(stretch: Stretch): Day {
  return { isOneOfMany: false, at: () => stretch }
}
