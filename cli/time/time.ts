// Reads the time that `--time` names as a span. A pure function of the text and of now; it must not look at a clock.
import { P8aError } from '../../protocol/errors.ts'
import type { Moment } from './moment.ts'
import { quickMoment } from './quick.ts'

type Span = { since?: Date; until?: Date }

/** A span as the wire has it: RFC 3339 in UTC with milliseconds. */
export type WireSpan = { since?: string; until?: string }

/**
 * Reads `last 5 mins`, `5m`, `yesterday 14:00 to 15:00`, `today`, `since 10:00`, `2026-11-20T10:00Z..`, `..2026-11-20`
 * and what else people write. A time that could be ahead or past is past; one without a zone is local; a day that ends a
 * span belongs to it.
 * @throws {P8aError} `bad_time`
 */
export async function parseTime(text: string, now: Date): Promise<WireSpan> {
  const { since, until } = await readSpan(text.trim().replace(/\s+/g, ' '), now, text)
  if (since && since > now) throw badTime(text, 'it lies ahead')
  if (since && until && since > until) throw badTime(text, 'it ends before it begins')
  return { ...(since ? { since: since.toISOString() } : {}), ...(until ? { until: until.toISOString() } : {}) }
}

async function readSpan(text: string, now: Date, typed: string): Promise<Span> {
  const [, from, to] = /^(.*?)\s*\.\.\s*(.*)$/.exec(text) ?? []
  if (from !== undefined && to !== undefined) {
    if (from === '' && to === '') throw badTime(typed, 'it names no time')
    return await between(from, to)
  }
  const [, word, rest] = /^(since|after|until|till|before|up to) (.+)$/i.exec(text) ?? []
  if (word && rest && /^(?:since|after)$/i.test(word)) return await between(rest, '')
  if (word && rest) return /^before$/i.test(word) ? { until: (await moment(rest)).start } : await between('', rest)
  const quick = quickMoment(text, now)
  if (quick) return spanOf(quick, now)
  const { spokenSpan } = await import('./spoken.ts')
  const spoken = await spokenSpan(text.replace(/^between (.+) and (.+)$/i, '$1 to $2'), now)
  if (spoken) return spoken.to ? { since: spoken.from.start, until: spoken.to.end } : spanOf(spoken.from, now)
  const [, first, second] = /^(?:from )?(.+?) (?:to|until|till|-) (.+)$/i.exec(text) ?? []
  if (first && second) return await between(first, second)
  throw badTime(typed, 'it is no time')

  async function between(from: string, to: string): Promise<Span> {
    return {
      ...(from === '' ? {} : { since: (await moment(from)).start }),
      ...(to === '' ? {} : { until: (await moment(to)).end }),
    }
  }

  async function moment(part: string): Promise<Moment> {
    const quick = quickMoment(part, now)
    if (quick) return quick
    const { spokenSpan } = await import('./spoken.ts')
    const spoken = await spokenSpan(part, now)
    if (!spoken || spoken.to) throw badTime(typed, `${JSON.stringify(part)} is no time`)
    return spoken.from
  }
}

/** A day that is over is a span; an instant, and a day that is not over, go on until now. */
function spanOf({ start, end }: Moment, now: Date): Span {
  return end > start && end <= now ? { since: start, until: end } : { since: start }
}

function badTime(text: string, why: string): P8aError {
  return new P8aError('bad_time', `Cannot read the time ${JSON.stringify(text.slice(0, 100))}: ${why}`, {
    hint: 'Write it as "last 5 mins", "yesterday 14:00 to 15:00", "since 10:00", 2026-11-20T10:00Z.. or ..2026-11-20',
    facts: { time: text.slice(0, 100) },
  })
}
