// Reads new entries as they come, across rotation, for runs and pods that appear later. It does not return entries from
// before.
import { join } from 'node:path'
import type { LogEntry } from '../../protocol/words.ts'
import { type ReadBytes, readBytes } from './bytes.ts'
import { type LogSeries, listHost, listPods, listRuns } from './files.ts'
import { entryFilter } from './filter.ts'
import type { LogQuery } from './log-query.ts'
import { LookSchedule } from './look-schedule.ts'
import type { LogParser } from './parser.ts'
import { SeriesTracker } from './series-tracker.ts'

/** The place of the host's own log; the others have the names of their pods. */
const hostPlace = ''

/** When this many entries have come, they are returned before other places are looked at. */
const maxBatchEntries = 10_000

/** Begins with the series given to `track`, and continues until it is aborted. */
export class Follower {
  #dir: string
  #query: LogQuery
  #read: ReadBytes
  #schedule: LookSchedule
  /** By place, and there by run; the host's own log has the number 0. */
  #trackers = new Map<string, Map<number, SeriesTracker>>()

  constructor(dir: string, options: { query: LogQuery; signal: AbortSignal; read?: ReadBytes }) {
    this.#dir = dir
    this.#query = options.query
    this.#read = options.read ?? readBytes
    this.#schedule = new LookSchedule(options.signal)
    this.#takeUp(hostPlace)
  }

  /** Takes over a series where a reading stopped; if it was read to the end, the parser has the open entries. */
  track(series: LogSeries, parser?: LogParser): SeriesTracker {
    const place = series.of?.pod ?? hostPlace
    const tracker = new SeriesTracker(series, { read: this.#read, parser })
    this.#takeUp(place).set(series.of?.run ?? 0, tracker)
    return tracker
  }

  /** Yields entries in batches that are never empty. */
  async *entries(): AsyncGenerator<LogEntry[]> {
    const filter = entryFilter(this.#query)
    for (let places = await this.#schedule.next(); places.length > 0; places = await this.#schedule.next()) {
      let batch: LogEntry[] = []
      for (const place of places) {
        // A look at the host's place may have shown that a pod is gone.
        if (!this.#trackers.has(place)) continue
        for (const entry of filter(await this.#look(place))) batch.push(entry)
        if (batch.length < maxBatchEntries) continue
        yield batch.sort(byTime)
        batch = []
      }
      if (batch.length > 0) yield batch.sort(byTime)
    }
    const rest = filter([...this.#trackers.values()].flatMap(ofPlace => finishAll(ofPlace.values())))
    if (rest.length > 0) yield rest.sort(byTime)
  }

  close(): void {
    this.#schedule.close()
  }

  #takeUp(place: string): Map<number, SeriesTracker> {
    const known = this.#trackers.get(place)
    if (known) return known
    const trackers = new Map<number, SeriesTracker>()
    this.#trackers.set(place, trackers)
    this.#schedule.add(place, join(this.#dir, place))
    return trackers
  }

  async #look(place: string): Promise<LogEntry[]> {
    const entries = place === hostPlace ? await this.#lookForPods() : []
    const listed = place === hostPlace ? [await listHost(this.#dir)] : await listRuns(this.#dir, place)
    const wanted = listed.filter(({ of }) => this.#query.run === undefined || !of || of.run === this.#query.run)
    const trackers = this.#takeUp(place)
    const gone = new Map(trackers)
    let isBehind = false
    for (const series of wanted) {
      const run = series.of?.run ?? 0
      gone.delete(run)
      const tracker = trackers.get(run) ?? this.track({ of: series.of, files: [] })
      const come = await tracker.advance(series)
      for (const entry of come.entries) entries.push(entry)
      isBehind ||= come.isBehind
    }
    for (const run of gone.keys()) trackers.delete(run)
    for (const entry of finishAll(gone.values())) entries.push(entry)
    this.#schedule.report(place, { isNew: isBehind || entries.length > 0, isBehind })
    return entries
  }

  /** Starts with the pods that have a directory now. @returns the open entries of pods whose directory is gone */
  async #lookForPods(): Promise<LogEntry[]> {
    const { pod } = this.#query
    const names = (await listPods(this.#dir)).filter(name => pod === undefined || name === pod)
    for (const name of names) this.#takeUp(name)
    const there = new Set(names).add(hostPlace)
    const gone = [...this.#trackers].filter(([place]) => !there.has(place))
    for (const [place] of gone) {
      this.#trackers.delete(place)
      this.#schedule.remove(place)
    }
    return gone.flatMap(([, trackers]) => finishAll(trackers.values()))
  }
}

function finishAll(trackers: Iterable<SeriesTracker>): LogEntry[] {
  return [...trackers].flatMap(tracker => tracker.finish())
}

function byTime(a: LogEntry, b: LogEntry): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0
}
