// Reads a moment that is to come, as people write it: `10m`, `in 2 hours`, `14:00`, `tomorrow 9:00`, `monday`, 2026-11-20T10:00Z.
// A moment that could be in the past or in the future is the next one. Pure.
import { day } from '../../protocol/zone.ts'
import { instantBefore, readAmount } from './amount.ts'
import type { Refused } from './day.ts'
import { readMoment, type Said } from './moment.ts'
import { placeAfter } from './place.ts'
import type { Now } from './span.ts'

/** @param text lower case, single blanks @returns when it begins, in milliseconds; undefined if it is not a moment */
export async function readComing(text: string, now: Now): Promise<number | Refused | undefined> {
  const amount = readAmount(text.replace(/^(?:in |(?:now ?)?\+ ?)/, ''))
  if (amount) return instantBefore(now.nowMs, { months: -amount.months, days: -amount.days, ms: -amount.ms }, now.zone)
  const [plain, days] = withoutTomorrow(text.replace(/\bnext /, ''))
  const said = await readMoment(plain)
  if (!said || 'refused' in said) return said
  return next(days > 0 ? later(said, days) : said, now)
}

function withoutTomorrow(text: string): [text: string, days: number] {
  const found = /\b(?:the )?(day after )?tomorrow\b/.exec(text)
  return found ? [text.replace(found[0], 'today'), found[1] === undefined ? 1 : 2] : [text, 0]
}

function later(said: Said, days: number): Said {
  if ('at' in said) return said
  return { ...said, day: { ...said.day, at: (wall, back) => said.day.at(wall + days * day, back) } }
}

function next(said: Said, { nowMs, zone }: Now): number | Refused {
  const first = placeAfter(said, { afterMs: nowMs, nowMs, zone })
  if ('refused' in first) return first
  if (first.startMs >= nowMs) return first.startMs
  const isOneOfMany = !('at' in said) && said.day.isOneOfMany
  const second = isOneOfMany ? placeAfter(said, { afterMs: first.endMs, nowMs, zone }) : first
  if ('refused' in second || second.startMs >= nowMs) return 'refused' in second ? second : second.startMs
  return { refused: 'it is in the past' }
}
