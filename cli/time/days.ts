// Days and longer stretches of the calendar as people write them: today, last friday, Nov 18, 2026-W47, this month. Pure.

import { day, hour, midnightOf, type Wall } from '../../protocol/zone.ts'
import { readAmount, wallBefore } from './amount.ts'
import { dateNamed } from './date-named.ts'
import { dateInFigures } from './dates.ts'
import type { Day, Refused, Stretch } from './day.ts'

/** For a text that names no day: any day is meant. */
export const anyDay: Day = {
  isOneOfMany: true,
  at: (now, back) => dayAt(now - back * day),
}

/** @param text lower case @returns undefined if it names no day */
export async function readDay(text: string): Promise<Day | Refused | undefined> {
  return (
    relativeDay(text) ?? weekday(text) ?? period(text) ?? edge(text) ?? dateInFigures(text) ?? (await dateNamed(text))
  )
}

function dayAt(wall: Wall): Stretch {
  const from = midnightOf(wall)
  return { from, to: from + day }
}

/** A stretch of which there is only one. */
function one(at: (now: Wall) => Stretch): Day {
  return { at, isOneOfMany: false }
}

function relativeDay(text: string): Day | Refused | undefined {
  if (text === 'today') return one(now => dayAt(now))
  if (text === 'yesterday') return one(now => dayAt(now - day))
  if (text === 'this') return { ...one(now => dayAt(now)), needsPart: true }
  // A night belongs to the evening that it begins with.
  if (text === 'tonight') return { ...one(now => dayAt(now - 6 * hour)), needsPart: true }
  if (text === 'last') return { ...one(now => dayAt(now - day)), needsPart: true }
  if (/^(?:the )?day before yesterday$/.test(text)) return one(now => dayAt(now - 2 * day))
  if (/^(?:tomorrow|(?:the )?day after tomorrow|next .*)$/.test(text)) return { refused: 'it is in the future' }
  const [, ago] = /^(.+) ago$/.exec(text) ?? []
  const amount = ago === undefined ? undefined : readAmount(ago)
  if (amount?.ms !== 0) return undefined
  return one(now => dayAt(wallBefore(now, amount)))
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** The number of a weekday, from Sunday on, by its name or the beginning of its name. */
export function weekdayNumber(name: string): number | undefined {
  const found =
    name.length < 3 ? -1 : weekdays.findIndex(full => full.startsWith(name) || (name === 'tues' && full === 'tuesday'))
  return found === -1 ? undefined : found
}

function weekday(text: string): Day | undefined {
  const [, which, name = ''] = /^(?:(last|past|this) )?([a-z]+)\.?$/.exec(text) ?? []
  const number = weekdayNumber(name)
  if (number === undefined) return undefined
  const passed = (now: Wall) => (new Date(now).getUTCDay() - number + 7) % 7
  if (which === 'this') return one(now => dayAt(weekOf(now).from + ((number + 6) % 7) * day))
  if (which !== undefined) return one(now => dayAt(now - (passed(now) || 7) * day))
  return { isOneOfMany: true, at: (now, back) => dayAt(now - (passed(now) + 7 * back) * day) }
}

const ambiguous = 'could be the one before this, or the time up to now'

function period(text: string): Day | Refused | undefined {
  const [, which, unit = ''] = /^(this|current|last|previous|prev) (week|month|year)$/.exec(text) ?? []
  if (which === 'last') return { refused: `"${text}" ${ambiguous}: write "previous ${unit}" or "past ${unit}"` }
  return which === undefined ? undefined : one(now => stretchOf(unit, now, which.startsWith('prev') ? 1 : 0))
}

/** `end of october`, `start of this week`: the instant. */
function edge(text: string): Day | undefined {
  const [, which, rest = ''] = /^(?:the )?(start|beginning|begin|end) of (?:the )?(.+)$/.exec(text) ?? []
  if (which === undefined) return undefined
  const [, last, unit] = /^(last |previous |prev |this |current )?(day|week|month|year)$/.exec(rest) ?? []
  const whole =
    unit === undefined
      ? (relativeDay(rest) ?? weekday(rest))
      : one(now => stretchOf(unit, now, /^(?:last|prev)/.test(last ?? '') ? 1 : 0))
  if (!whole || 'refused' in whole) return undefined
  return {
    ...whole,
    at: (today, back) => {
      const stretch = whole.at(today, back)
      if (stretch && 'refused' in stretch) return stretch
      const wall = which === 'end' ? stretch?.to : stretch?.from
      return wall === undefined ? undefined : { from: wall, to: wall }
    },
  }
}

function stretchOf(unit: string, today: Wall, back: number): Stretch {
  const date = new Date(today)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (unit === 'day') return dayAt(today - back * day)
  if (unit === 'week') return weekOf(today - 7 * back * day)
  if (unit === 'month') return { from: Date.UTC(year, month - back), to: Date.UTC(year, month - back + 1) }
  return { from: Date.UTC(year - back, 0), to: Date.UTC(year - back + 1, 0) }
}

/** Weeks begin on Mondays, as ISO 8601 has them. */
function weekOf(wall: Wall): Stretch {
  const from = midnightOf(wall) - ((new Date(wall).getUTCDay() + 6) % 7) * day
  return { from, to: from + 7 * day }
}
