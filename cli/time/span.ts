// A span as people write it, from one moment to another, or since or until one. It tries every way to cut the text in
// two, and refuses a text that has two meanings. Pure.

import { day, firstAt, midnightOf, wallOf, type Zone } from '../../protocol/zone.ts'
import { completed } from './completed.ts'
import type { Refused } from './day.ts'
import { readMoment, type Said } from './moment.ts'
import { type Moment, placeAfter, placeBefore } from './place.ts'

/** From an instant, to before another one; both in milliseconds. */
export type Span = { sinceMs?: number; untilMs?: number }

/** The time and zone in which a text is read. */
export type Now = { nowMs: number; zone: Zone }

/** @param text lower case, single blanks @returns undefined if it is not a time */
export async function readSpan(text: string, now: Now): Promise<Span | Refused | undefined> {
  const open = await openSpan(text, now)
  if (open) return open
  const readings = [isGluedClocks(text) ? undefined : await oneMoment(text, now)]
  for (const [from, to] of cutsOf(text)) readings.push(...(await between(from, to, now)))
  return onlyOne(readings)
}

function onlyOne(readings: readonly (Span | Refused | undefined)[]): Span | Refused | undefined {
  const good = readings.filter(reading => reading !== undefined && !('refused' in reading))
  if (new Set(good.map(reading => JSON.stringify(reading))).size > 1) {
    return {
      refused:
        'it has two meanings: write times as 15:30 or 3:30pm, and a time with its zone as 2026-11-20T10:00-05:00',
    }
  }
  return good[0] ?? readings.find(reading => reading !== undefined)
}

/** Bounded on one side, or by two dots. */
async function openSpan(text: string, now: Now): Promise<Span | Refused | undefined> {
  const [, from, to] = /^(.*?) ?\.\. ?(.*)$/.exec(text) ?? []
  if (from === '' && to === '') return { refused: 'it names no time' }
  if (from && to) return onlyOne(await between(from, to, now)) ?? (await firstUnread([from, to]))
  if (from) return await since(from, now)
  if (to) return await until(to, now)
  const [, word = '', rest = ''] = /^(since|after|until|till?|before|up to|to|from) (.+)$/.exec(text) ?? []
  if (word === '') return undefined
  const two = []
  for (const [from, to] of cutsOf(rest)) two.push(...(await between(from, to, now)))
  if (two.length > 0) return onlyOne(two)
  if (word === 'since' || word === 'from') return await since(rest, now)
  if (word === 'after') return await since(rest, now, 'end')
  return await until(rest, now, word === 'before' ? 'start' : 'end')
}

async function since(text: string, now: Now, edge: 'start' | 'end' = 'start'): Promise<Span | Refused> {
  const moment = await pastMoment(text, now)
  if ('refused' in moment) return moment
  return { sinceMs: edge === 'end' && moment.isStretch ? moment.endMs : moment.startMs }
}

async function until(text: string, now: Now, edge: 'start' | 'end' = 'end'): Promise<Span | Refused> {
  const moment = await pastMoment(text, now)
  return 'refused' in moment ? moment : { untilMs: edge === 'start' ? moment.startMs : moment.endMs }
}

async function pastMoment(text: string, now: Now): Promise<Moment | Refused> {
  const said = (await readMoment(text)) ?? { refused: `${JSON.stringify(text)} is not a time` }
  return 'refused' in said ? said : placeBefore(said, { limitMs: now.nowMs, ...now })
}

async function firstUnread(texts: readonly string[]): Promise<Refused | undefined> {
  for (const text of texts) if (!(await readMoment(text))) return { refused: `${JSON.stringify(text)} is not a time` }
  return undefined
}

/** A day that is over is a span. An instant, or a day that is not over, lasts until now. */
async function oneMoment(text: string, now: Now): Promise<Span | Refused | undefined> {
  const said = await readMoment(text)
  if (!said || 'refused' in said) return said
  const moment = placeBefore(said, { limitMs: now.nowMs, ...now })
  if ('refused' in moment) return moment
  const isOver = moment.isStretch && moment.endMs <= now.nowMs
  return { sinceMs: moment.startMs, ...(isOver && { untilMs: moment.endMs }) }
}

/** Two times of day with a dash: the second could be taken for a zone. */
function isGluedClocks(text: string): boolean {
  return /^\d\d?:\d\d-\d\d:\d\d$/.test(text)
}

/** Each pair of texts that may be the two ends. */
function cutsOf(text: string): [from: string, to: string][] {
  const hasBetween = /(?:^| )between /.test(text)
  const whole = text.replace(/(?<=^| )(?:between|from|since|after) /, '')
  const words = new RegExp(` (?:${hasBetween ? 'and|' : ''}to|until|till?|through|thru|up to|[-–—]) `, 'g')
  return [words, gluedDash, intervalSlash].flatMap(pattern =>
    [...whole.matchAll(pattern)].map(({ 0: cut, index }): [string, string] => [
      whole.slice(0, index),
      whole.slice(index + cut.length),
    ]),
  )
}

/** After a T time a dash begins a zone, and within a date it belongs to the date. */
const gluedDash =
  /(?<=\d|[ap]m|z|noon|midnight)(?<!\b\d{4}|\b\d{4}-\d\d|t[\d:.]+(?=-\d\d:?\d\d$))[-–—](?=\d|noon|midnight|now)/g

const intervalSlash = /(?<=t[\d:.]+(?:z|[+-][\d:]+)?)\/(?=\d)/g

/** The readings of two ends that are not the same. */
async function between(from: string, to: string, now: Now): Promise<(Span | Refused)[]> {
  const readings: (Span | Refused)[] = []
  for (const [first, second] of [[from, to] as const, ...completed(from, to)]) {
    const reading = await fromTo(await readMoment(first), await readMoment(second), now)
    if (reading) readings.push(reading)
  }
  return readings
}

async function fromTo(
  first: Said | Refused | undefined,
  second: Said | Refused | undefined,
  now: Now,
): Promise<Span | Refused | undefined> {
  if (!first || !second) return undefined
  if ('refused' in first) return first
  if ('refused' in second) return second
  return place(...inOneZone(first, second), now)
}

/** A zone after one end holds for both. */
function inOneZone(first: Said, second: Said): [Said, Said] {
  if ('at' in first || 'at' in second) return [first, second]
  const zone = first.zone ?? second.zone
  return [
    { ...first, zone },
    { ...second, zone: second.zone ?? zone },
  ]
}

/**
 * The first end is the latest one in the past, unless the second end names a day. The second end is the first one after
 * it. If the span would end on a future day, although neither end says so, it may be meant for the day before.
 */
function place(first: Said, second: Said, now: Now): Span | Refused {
  const isByEnd = isOfMany(first) && (!isOfMany(second) || (!hasDay(first) && hasDay(second)))
  const known = isByEnd ? placeBefore(second, { limitMs: now.nowMs, ...now }) : undefined
  if (known && 'refused' in known) return known
  const limitMs = Math.min(now.nowMs, known ? (known.isStretch ? known.endMs : known.startMs) - 1 : now.nowMs)
  const from = placeBefore(first, { limitMs, ...now })
  if ('refused' in from) return from
  const to = known ?? placeAfter(second, { afterMs: from.startMs - (from.isLeftOut ? 1 : 0), ...now })
  if ('refused' in to) return to
  if (from.isLeftOut && to.endMs === from.startMs)
    return { refused: 'the clocks skipped all of it when they went forward' }
  if (isOfMany(second) && to.startMs >= tomorrow(now)) {
    return { refused: 'its end would be in the future: name the day, as in "yesterday 22:00 to 2:00"' }
  }
  return { sinceMs: from.startMs, untilMs: to.endMs }
}

function isOfMany(said: Said): boolean {
  return !('at' in said) && said.day.isOneOfMany
}

function hasDay(said: Said): boolean {
  return 'at' in said || said.hasDay
}

/** The next midnight belongs to today: it is when today ends. */
function tomorrow({ nowMs, zone }: Now): number {
  return firstAt(midnightOf(wallOf(nowMs, zone)) + day, zone) + 1
}
