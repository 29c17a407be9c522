// What the journal has told of a pod so far, as far as that decides what is told next. Each event changes it by `after`, and
// nothing else does: so the next host, which reads the journal, knows the same.
import type { Telling } from '../../protocol/events.ts'
import { type Facts, numberOf } from './view.ts'

export type ToldRun = { up?: true; unhealthy?: true }

export type Told = {
  facts: Facts
  /** Runs that have begun, by number, and are not over. */
  runs: Record<string, ToldRun>
  /** The highest number of a run of which anything was told. */
  last: number
  /** Lower numbers, of which nothing was told so far. */
  between: number[]
  /** A run has begun since it was told that the pod is up. */
  stirred?: true
  /** It was told that its attempts fail, and not yet that it is up again. */
  failing?: true
  /** It was told that the pod gave up, and not yet that it is up again. */
  gaveUp?: true
}

/** An event, and with the last one about what is wanted of a pod: how that is now. */
export type Tale = { event: Telling; facts?: Facts }

/** How many numbers of runs may be waited for. */
const maxBetween = 64

export const nothingTold: Told = {
  facts: { latest: 0, version: 0, generation: 0, want: 'idle', scale: 1, past: 0, set: {} },
  runs: {},
  last: 0,
  between: [],
}

/** Whether the end of a run, or that it has begun, may still be told. */
export function mayTell({ runs, last, between }: Told, number: number): boolean {
  return number > last || runs[number] !== undefined || between.includes(number)
}

/** What has been told, after one more event. */
export function after(told: Told, { event, facts }: Tale): Told {
  const next = afterEvent(told, event)
  return facts ? { ...next, facts } : next
}

function afterEvent(told: Told, event: Telling): Told {
  const { stirred: _, failing: __, gaveUp: ___, ...calm } = told
  switch (event.type) {
    case 'begun': {
      const number = numberOf(event.run)
      return { ...seen(told, number), runs: { ...told.runs, [number]: {} }, stirred: true }
    }
    case 'ready':
    case 'unhealthy': {
      const number = numberOf(event.run)
      const mark = event.type === 'ready' ? { up: true as const } : { unhealthy: true as const }
      return { ...told, runs: { ...told.runs, [number]: { ...told.runs[number], ...mark } } }
    }
    case 'ended':
    case 'crashed':
    case 'limit-hit':
    case 'lost': {
      const number = numberOf(event.run)
      const { [number]: ____, ...runs } = told.runs
      return { ...seen(told, number), runs }
    }
    case 'up':
    case 'reloaded':
    case 'reload-failed':
    case 'rolled-back':
      return calm
    case 'failing':
      return { ...told, failing: true }
    case 'gave-up':
      return { ...told, gaveUp: true }
    case 'started':
    case 'restarted':
    case 'stopped':
    case 'killed':
    case 'woke': {
      const { failing: ____, gaveUp: _____, ...tried } = told
      return tried
    }
    default:
      return told
  }
}

function seen(told: Told, number: number): Told {
  if (number <= told.last) return { ...told, between: told.between.filter(each => each !== number) }
  const first = Math.max(told.last + 1, number - maxBetween)
  const skipped = Array.from({ length: number - first }, (_, index) => first + index)
  return { ...told, last: number, between: [...told.between, ...skipped].slice(-maxBetween) }
}
