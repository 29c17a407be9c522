// Times of day as people write them: 10:00:00.5, 10am, noon, the morning. Pure.
import { hour } from '../../protocol/zone.ts'

/** A time of day, or a part of the day from one to another; milliseconds from midnight, beyond a day for the next one. */
export type Clock = {
  fromMs: number
  /** Where a part of the day ends. */
  toMs?: number
  /** Midnight by its name may be the beginning of a day or its end. */
  isMidnight?: true
  /** It was written with am or pm: the other end of a span may lack that. */
  half?: Half
}

export type Half = 'am' | 'pm'

const minute = 60_000

const figures =
  /(?<![\d:.,+-])(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(?: ?([ap])\.?m\b\.?)?(?![\d:.]\d|\d|:)/g

/** Parts of the day. A night belongs to the evening that it begins with. */
const parts: Record<string, Clock> = {
  morning: { fromMs: 6 * hour, toMs: 12 * hour },
  afternoon: { fromMs: 12 * hour, toMs: 18 * hour },
  evening: { fromMs: 18 * hour, toMs: 24 * hour },
  night: { fromMs: 18 * hour, toMs: 30 * hour },
}

/** A time of day that was found, and the text without it. */
export type Peeled = { clock: Clock; rest: string }

/** Takes the time of day out of `text` (lower case); undefined if there is none, or more than one. */
export function peelClock(text: string): Peeled | undefined {
  const all = [...timesIn(text), ...namesIn(text)]
  const [found] = all
  if (!found || all.length > 1) return undefined
  return { clock: found.clock, rest: `${text.slice(0, found.at)} ${text.slice(found.at + found.length)}`.trim() }
}

type Found = { at: number; length: number; clock: Clock }

function timesIn(text: string): Found[] {
  return [...text.matchAll(figures)].flatMap(match => {
    const clock = readFigures(match)
    return clock ? [{ at: match.index, length: match[0].length, clock }] : []
  })
}

/** An hour by itself is not a time of day: it may be a day of the month. */
function readFigures([, hours = '', minutes, seconds = '0', part = '', letter]: RegExpExecArray): Clock | undefined {
  if (minutes === undefined && letter === undefined) return undefined
  const half = letter === undefined ? undefined : letter === 'a' ? 'am' : 'pm'
  const base = half === undefined ? Number(hours) * hour : hourOn(Number(hours), half)
  const rest = Number(minutes ?? 0) * minute + Number(seconds) * 1000 + Number(part.padEnd(3, '0').slice(0, 3))
  if (base === undefined || Number(minutes ?? 0) > 59 || Number(seconds) > 59 || base + rest > 24 * hour)
    return undefined
  return { fromMs: base + rest, ...(half && { half }) }
}

/** A dial has the hours 1 to 12. */
function hourOn(hours: number, half: Half): number | undefined {
  return hours >= 1 && hours <= 12 ? ((hours % 12) + (half === 'pm' ? 12 : 0)) * hour : undefined
}

function namesIn(text: string): Found[] {
  return [...text.matchAll(/\b(noon|midday|midnight|morning|afternoon|evening|night)\b/g)].map(match => {
    const [name] = match
    const clock: Clock = parts[name] ?? (name === 'midnight' ? { fromMs: 0, isMidnight: true } : { fromMs: 12 * hour })
    return { at: match.index, length: name.length, clock }
  })
}
