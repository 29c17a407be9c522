// Which log lines were printed lately, so that following goes on at another connection without losing or doubling one.
// Pure: it asks nobody.
import { logTime } from '../../protocol/cri.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { LogEntry } from '../../protocol/words.ts'

/** What is asked for, beside where. */
export type LogsAsked = Omit<MethodInput<'pod.logs'>, 'path' | 'stream'>

/** Lines of several runs come nearly in the order of their times: a line may be as much older than the newest one. */
const windowMs = 10_000
/** How many are remembered at most. Where lines come faster, they come sooner too. */
const mostKept = 100_000

export class SeenLines {
  #asked: LogsAsked
  #beganAt: string
  /** How many lines were printed of each run, stream and time. One write may have several lines. */
  #counts = new Map<string, number>()
  #newest: string | undefined
  /** Where only the last lines were asked for: what is older was not wanted. */
  #oldest: string | undefined
  /** How many of those are still to be passed over. */
  #again = new Map<string, number>()

  /** @param nowMs the time by the wall clock: if no line comes until the connection is lost, those wanted are younger */
  constructor(asked: LogsAsked, nowMs: number) {
    this.#asked = asked
    this.#beganAt = logTime(nowMs)
  }

  /** What to ask for after a loss of the connection; from then on {@link fresh} passes over what was printed. */
  again(): LogsAsked {
    this.#again = new Map(this.#counts)
    const { limit, ...asked } = this.#asked
    if (limit !== undefined) this.#oldest ??= this.#beganAt
    const back = this.#newest === undefined ? [] : [logTime(Date.parse(this.#newest) - windowMs)]
    const since = [asked.since, this.#oldest, ...back]
      .filter(time => time !== undefined)
      .sort()
      .at(-1)
    return { ...asked, ...(since !== undefined && { since }) }
  }

  /** The entries that were not printed yet. They count as printed now. */
  fresh(entries: readonly LogEntry[]): LogEntry[] {
    const oldest = this.#oldest ?? ''
    const fresh = entries.filter(entry => entry.time >= oldest && !this.#wasSeen(keyOf(entry)))
    if (this.#asked.limit !== undefined) this.#oldest ??= fresh.map(({ time }) => time).sort()[0]
    for (const entry of fresh) this.#note(entry)
    this.#forget()
    return fresh
  }

  #wasSeen(key: string): boolean {
    const left = this.#again.get(key)
    if (left === undefined) return false
    if (left === 1) this.#again.delete(key)
    else this.#again.set(key, left - 1)
    return true
  }

  #note(entry: LogEntry): void {
    const key = keyOf(entry)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (this.#newest === undefined || entry.time > this.#newest) this.#newest = entry.time
  }

  /** The oldest go, once there are too many: the map has them in the order in which they came. */
  #forget(): void {
    if (this.#counts.size <= mostKept) return
    for (const key of this.#counts.keys()) {
      this.#counts.delete(key)
      if (this.#counts.size <= mostKept / 2) return
    }
  }
}

function keyOf({ time, run, pod, source }: LogEntry): string {
  return `${time} ${run ?? pod ?? ''} ${source}`
}
