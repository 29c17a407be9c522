// Reads one moment as people write it: an instant, or a stretch such as a day. It knows neither the time now nor the
// zone. Pure.

import { day, type Zone } from '../../protocol/zone.ts'
import { instantBefore, readAmount, readUnit } from './amount.ts'
import { type Clock, peelClock } from './clock.ts'
import type { Day, Refused } from './day.ts'
import { anyDay, readDay } from './days.ts'
import { zoneCalled, zonePattern } from './zone-names.ts'

/** What a text says, before it has a place in time. */
export type Said =
  | { at: (nowMs: number, zone: Zone) => number }
  | { day: Day; hasDay: boolean; clock: Clock | undefined; zone: Zone | undefined }

/** @param text lower case, single blanks @returns undefined if it is not a moment */
export async function readMoment(text: string): Promise<Said | Refused | undefined> {
  const instant = epoch(text) ?? longAgo(text)
  if (instant) return instant
  const { zone, rest } = peelZone(unfolded(text))
  if (zone && 'unknown' in zone) return { refused: zone.unknown }
  const peeled = peelClock(rest)
  const dayText = (peeled ? peeled.rest : rest)
    .replace(/\s+/g, ' ')
    .replace(fillersBefore, '')
    .replace(fillersBehind, '')
  const [clock, hasDay] = [peeled?.clock, dayText !== '']
  if (!clock && /^(?:[1-9]|1[0-2])$/.test(dayText))
    return { refused: `${dayText} is not a time by itself: write ${dayText}:00, ${dayText}am or ${dayText}pm` }
  if (!hasDay) return clock && clock.toMs === undefined ? { day: anyDay, hasDay, clock, zone } : undefined
  const found = await readDay(dayText)
  if (!found || 'refused' in found) return found
  if (found.needsPart && clock?.toMs === undefined) return undefined
  if (clock && !isDay(found)) return undefined
  if (clock?.isMidnight)
    return { refused: 'midnight could be the beginning of that day or its end: write 00:00 or 24:00' }
  return { day: found, hasDay, clock, zone }
}

const fillersBefore = /^(?:(?:at|on|in|of|around|the|,) ?)+(?=$|\b)/
const fillersBehind = /(?:[ ,]*(?:\b(?:at|on|in|the|of|around)|,))+ ?$/

function epoch(text: string): Said | undefined {
  const [, sign, whole = '', part = ''] = /^(@?)(\d{1,19})(?:\.(\d{1,9}))?$/.exec(text) ?? []
  const perSecond = sign ? 1 : { 10: 1, 13: 1e3, 16: 1e6, 19: 1e9 }[whole.length]
  if (perSecond === undefined || whole === '') return undefined
  const ms =
    Math.floor((Number(whole) / perSecond) * 1000) + (perSecond === 1 ? Number(part.padEnd(3, '0').slice(0, 3)) : 0)
  return Number.isNaN(new Date(ms).getTime()) ? undefined : { at: () => ms }
}

/** `now`, `last 5 mins`, `past hour`, `5m`, `2 days ago`, `-5m`, `now-5m`. */
function longAgo(text: string): Said | Refused | undefined {
  if (/^(?:right )?now$/.test(text)) return { at: nowMs => nowMs }
  if (/^(?:now ?)?\+ ?\d|^in \d/.test(text) && readAmount(text.replace(/^(?:(?:now ?)?\+ ?|in )/, '')))
    return { refused: 'it is in the future' }
  const past = /^(?:(?:in|within|over|during|for) )?(the )?(last|past) (.+)$/.exec(text)
  const [, before, after] = /^(?:now ?)?- ?(.+)$|^(.+) ago$/.exec(text) ?? []
  // "last week" could be the one before this; "last hour" and "last day" could not.
  const unit =
    past && (/^(?:mins?|minutes?|h|hrs?|hours?|d|days?)$/.test(past[3] ?? '') || past[1] || past[2] === 'past')
  const amount = readAmount(past?.[3] ?? before ?? after ?? text) ?? (unit ? readUnit(past?.[3] ?? '') : undefined)
  return amount && { at: (nowMs, zone) => instantBefore(nowMs, amount, zone) }
}

/**
 * Other notations, rewritten as "2026-11-20 10:00:00": ISO's T, and the colon that web servers put before the time.
 */
function unfolded(text: string): string {
  return text
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/ \([^)]*\)$/, '')
    .replace(/^(\S+\/\d{4}):(\d\d:)/, '$1 $2')
    .replace(
      /^([\d-]+|\d{4}-?w[\d-]+)t(\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?=[.,z+[-]|$)/,
      (_, date, hours, minutes = '00', seconds = '00') => `${date} ${hours}:${minutes}:${seconds}`,
    )
    .replace(/\b(?:tonight|this night)\b/, 'tonight night')
}

const clockBefore = '(?:\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?: ?[ap]\\.?m\\.?)?|\\d ?[ap]\\.?m\\.?|noon|midnight)'
const zoneBehind = new RegExp(`(?<=${clockBefore}) ?(${zonePattern})(?: ?\\[([a-z0-9_+/-]+)\\])?`)
const zoneInBrackets = /(?<=\d) ?\[([a-z0-9_+/-]+)\]$/
const zoneAtEnd = new RegExp(` ((?![+-])${zonePattern})$`)

function peelZone(text: string): { zone: Zone | { unknown: string } | undefined; rest: string } {
  const match = zoneBehind.exec(text) ?? zoneInBrackets.exec(text) ?? zoneAtEnd.exec(text)
  const zone = match?.[1] === undefined ? undefined : zoneCalled(match[1])
  if (!match || !zone) return { zone: undefined, rest: text }
  return { zone, rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim() }
}

/** Whether its stretches are single days, which can have a time of day. */
function isDay({ at }: Day): boolean {
  const some = at(Date.UTC(2024, 0, 15), 0) ?? at(Date.UTC(2024, 0, 15), 1)
  return some !== undefined && ('refused' in some || some.to - some.from === day)
}
