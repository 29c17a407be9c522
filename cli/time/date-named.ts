// Dates with the name of a month in them: Nov 18, 18th of November 2026, Fri Nov 20, November. chrono-node knows the
// words; only this file loads it. What chrono-node adds by itself (a year, a time of day) is not used.

import { day, type Wall } from '../../protocol/zone.ts'
import type { Day, Refused, Stretch } from './day.ts'

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** @param text lower case @returns undefined if it is not such a date */
export async function dateNamed(text: string): Promise<Day | Refused | undefined> {
  const month = monthNamed(text)
  if (month) return month
  if (!months.some(name => text.includes(name.slice(0, 3)))) return undefined
  const [, weekday, rest = ''] = /^(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*\.?,? (?:the )?)?(.+)$/.exec(text) ?? []
  const date = await dateIn(rest)
  if (!date) return (await dateIn(rest.replace(/\b\d\d?(?=\D|$)/, '1'))) && { refused: 'there is no such day' }
  const found = date.year === undefined ? yearly(date) : once({ ...date, year: date.year })
  if (weekday === undefined || 'refused' in found) return found
  return onWeekday(
    found,
    weekdays.findIndex(name => name.toLowerCase().startsWith(weekday)),
  )
}

type NamedDate = { year?: number; month: number; day: number }

async function dateIn(text: string): Promise<NamedDate | undefined> {
  const { strict } = await import('chrono-node/en')
  // Read in a year that has every day. The year itself comes only from the text.
  const [result, ...others] = strict.parse(text, { instant: new Date(2024, 0, 15) })
  if (!result || others.length > 0 || result.text.length !== text.length || result.end) return undefined
  const { start } = result
  const [year, month, date] = [start.get('year'), start.get('month'), start.get('day')]
  if (!start.isCertain('month') || !start.isCertain('day') || start.isCertain('hour') || !month || !date)
    return undefined
  if (!start.isCertain('year')) return { month, day: date }
  return year && new RegExp(`\\b${year}\\b`).test(text) ? { year, month, day: date } : undefined
}

/** `november`, `last november`, `nov 2025`. */
function monthNamed(text: string): Day | undefined {
  const [, last, name = '', year] = /^(last )?([a-z]{3,})\.?,?(?: (?:of )?(\d{4}))?$/.exec(text) ?? []
  const month = months.findIndex(
    full => full === name || full.slice(0, 3) === name || (full === 'september' && name === 'sept'),
  )
  if (month === -1 || (last && year)) return undefined
  const stretch = (year: number): Stretch => ({ from: Date.UTC(year, month), to: Date.UTC(year, month + 1) })
  if (year !== undefined) return { isOneOfMany: false, at: () => stretch(Number(year)) }
  return {
    isOneOfMany: !last,
    at: (today, back) => {
      const now = new Date(today)
      const isOver = last ? now.getUTCMonth() > month : now.getUTCMonth() >= month
      return stretch(now.getUTCFullYear() - (isOver ? 0 : 1) - (last ? 0 : back))
    },
  }
}

function once({ year, month, day: date }: Required<NamedDate>): Day | Refused {
  const stretch = dateAt(year, { month, day: date })
  return stretch ? { isOneOfMany: false, at: () => stretch } : { refused: 'there is no such day' }
}

function yearly(date: NamedDate): Day {
  return {
    isOneOfMany: true,
    at: (today, back) => {
      const year = new Date(today).getUTCFullYear()
      const isAhead = Date.UTC(year, date.month - 1, date.day) > today
      return dateAt(year - (isAhead ? 1 : 0) - back, date)
    },
  }
}

function dateAt(year: number, { month, day: date }: NamedDate): Stretch | undefined {
  const from = Date.UTC(year, month - 1, date)
  return new Date(from).getUTCDate() === date ? { from, to: from + day } : undefined
}

/** A weekday beside a date must be that of the date, else one of the two is a mistake. */
function onWeekday(found: Day, weekday: number): Day {
  return {
    ...found,
    at: (today, back) => {
      const stretch = found.at(today, back)
      if (!stretch || 'refused' in stretch) return stretch
      const actual = new Date(stretch.from).getUTCDay()
      return actual === weekday ? stretch : { refused: `${isoDate(stretch.from)} is a ${weekdays[actual]}` }
    },
  }
}

function isoDate(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 10)
}
