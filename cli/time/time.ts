// Reads the time that `--time` names as a span. A pure function of the text, of now and of the zone of this process; it must
// not look at a clock.
import { P8aError } from '../../protocol/errors.ts'
import { readComing } from './coming.ts'
import { ownZone } from './own-zone.ts'
import { readSpan, type Span } from './span.ts'

/** The most characters that a time may have. */
const mostLength = 200

/** A span as the wire has it: RFC 3339 in UTC with milliseconds. */
export type WireSpan = { since?: string; until?: string }

/**
 * Reads `last 5 mins`, `5m`, `yesterday 14:00 to 15:00`, `today`, `since 10:00`, `2026-11-20T10:00Z..`, `..2026-11-20`
 * and other forms that people write. A time that could be in the past or in the future is in the past. A time without a
 * zone is local. A day that ends a span belongs to it. A text that could be two times is refused.
 * @throws {P8aError} `bad_time`
 */
export async function parseTime(text: string, now: Date): Promise<WireSpan> {
  const { sinceMs, untilMs } = await spanIn(text, { typed: text, now })
  return {
    ...(sinceMs !== undefined && { since: isoOf(text, sinceMs) }),
    ...(untilMs !== undefined && { until: isoOf(text, untilMs) }),
  }
}

/**
 * Reads the beginning of a span, with or without "since" before it.
 * @throws {P8aError} `bad_time`
 */
export async function parseSince(text: string, now: Date): Promise<string> {
  const time = text.trim().replace(/ ?\.\.$/, '')
  const { sinceMs, untilMs } = await spanIn(/^(?:since|after|from)\b/i.test(time) ? time : `since ${time}`, {
    typed: text,
    now,
  })
  if (sinceMs === undefined || untilMs !== undefined) throw badTime(text, 'it has an end; give only a beginning')
  return isoOf(text, sinceMs)
}

/**
 * Reads a moment that is to come: `10m`, `in 2 hours`, `14:00`, `tomorrow 9:00`, `monday 8am`, `2026-11-20T10:00Z`.
 * @throws {P8aError} `bad_time`
 */
export async function parseComing(text: string, now: Date): Promise<string> {
  const plain = text.trim().replace(/\s+/g, ' ')
  if (plain.length > mostLength) throw badComing(text, 'it is too long for a time')
  // One that names its date and time is taken as it is, also where it has passed.
  if (/^\d{4}-\d\d-\d\d[t ]\d/i.test(plain) && Number.isFinite(Date.parse(plain))) return isoOf(text, Date.parse(plain))
  const read = await readComing(plain.toLowerCase(), { nowMs: now.getTime(), zone: ownZone() })
  if (typeof read === 'number') return isoOf(text, read)
  throw badComing(text, read ? read.refused : 'it is not a time')
}

async function spanIn(text: string, { typed, now }: { typed: string; now: Date }): Promise<Span> {
  const plain = text.trim().replace(/\s+/g, ' ').replaceAll('\u2212', '-')
  // An M may be a minute or a month.
  if (plain.length > mostLength) throw badTime(typed, 'it is too long for a time')
  const isUnclear = /\d ?M\b/.test(plain) && !/\d ?[AP]M\b|^P/.test(plain)
  const span = isUnclear ? undefined : await readSpan(plain.toLowerCase(), { nowMs: now.getTime(), zone: ownZone() })
  if (!span) throw badTime(typed, 'it is not a time')
  if ('refused' in span) throw badTime(typed, asTyped(span.refused, plain))
  const { sinceMs, untilMs } = span
  if (sinceMs !== undefined && sinceMs > now.getTime()) throw badTime(typed, 'it is in the future')
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs)
    throw badTime(typed, 'it ends before it begins')
  return span
}

/** A reason whose quotes are spelled as they were typed. */
function asTyped(why: string, typed: string): string {
  return why.replace(/(?<=")[^"]+(?=")/g, part => {
    const at = typed.toLowerCase().indexOf(part)
    return at === -1 ? part : typed.slice(at, at + part.length)
  })
}

function isoOf(text: string, ms: number): string {
  const date = new Date(ms)
  if (!(date.getTime() >= firstMs && date.getUTCFullYear() < 10_000)) throw badTime(text, 'it is too long ago')
  return date.toISOString()
}

/** A time before the year 0 has no form on the wire. */
const firstMs = Date.UTC(0, 0)

function badComing(text: string, why: string): P8aError {
  return new P8aError('bad_time', `Cannot read the time ${JSON.stringify(text.slice(0, 100))}: ${why}`, {
    hint: 'Write it as "10m", "in 2 hours", "14:00", "tomorrow 9:00", "monday 8am" or 2026-11-20T10:00Z',
    facts: { time: text.slice(0, 100), problem: why },
  })
}

function badTime(text: string, why: string): P8aError {
  return new P8aError('bad_time', `Cannot read the time ${JSON.stringify(text.slice(0, 100))}: ${why}`, {
    hint: 'Write it as "last 5 mins", "yesterday 14:00 to 15:00", "since 10:00", 2026-11-20T10:00Z.. or ..2026-11-20',
    facts: { time: text.slice(0, 100), problem: why },
  })
}
