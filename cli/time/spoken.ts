// Times in people's words, by chrono-node; the only file that loads it. Pure.
import type { ParsedComponents, ParsedResult } from 'chrono-node'
import { dayOf, instant, type Moment } from './moment.ts'

/** Words that may stand beside a time and change nothing. */
const fillers = /\b(?:from|at|on|the|in|of|around)\b|[\s,]/gi

/** chrono takes the 2026-13-01 for the 13th of January. */
const noMonth = /\b\d{4}-(?:1[3-9]|[2-9]\d)-/

/** A moment, or two that a "to" stands between. */
export type Spoken = { from: Moment; to?: Moment }

/** What `text` names as a whole, or undefined where some of it is no time. */
export async function spokenSpan(text: string, now: Date): Promise<Spoken | undefined> {
  if (noMonth.test(text)) return undefined
  const { parse } = await import('chrono-node/en')
  const [result, ...others] = parse(text, { instant: now })
  if (!result || others.length > 0 || text.replace(result.text, '').replace(fillers, '') !== '') return undefined
  const back = daysAhead(result, now)
  const from = momentOf(result.start, back)
  return result.end ? { from, to: momentOf(result.end, back) } : { from }
}

type Back = { days: number; years: number }

/** How far a time that could be ahead or past must go back to be past: "23:00" in the morning is last night's. */
function daysAhead({ start }: ParsedResult, now: Date): Back {
  const isAhead = momentOf(start, { days: 0, years: 0 }).start > now
  if (!isAhead || start.isCertain('year')) return { days: 0, years: 0 }
  if (start.isCertain('day') || start.isCertain('month')) return { days: 0, years: 1 }
  return { days: start.isCertain('weekday') ? 7 : 1, years: 0 }
}

function momentOf(part: ParsedComponents, back: Back): Moment {
  const date = part.date()
  date.setFullYear(date.getFullYear() - back.years, date.getMonth(), date.getDate() - back.days)
  if (part.isCertain('hour')) return instant(date)
  if (part.isCertain('day') || part.isCertain('weekday')) return dayOf(date)
  // "this week" comes as noon of its first day, "this morning" as six o'clock.
  return instant(part.get('hour') === 12 ? dayOf(date).start : date)
}
