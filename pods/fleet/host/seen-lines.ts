// Which lines of a host were shown lately: so a host that was lost is followed again without a gap, and without a line twice. Pure.
import { hash } from 'node:crypto'
import type { LogEntry, LogQuery } from 'p8a'

/** Lines of several runs come nearly in the order of their times: one may be so much older than the newest. */
const windowMs = 10_000
/** How many are remembered; where lines come faster, they come sooner too. */
const mostKept = 20_000

export class SeenLines {
  /** How often each was seen, in the order in which they came: by its time and a hash of all else, since a line may be long. */
  #counts = new Map<string, number>()
  #newest = ''
  #oldest = ''
  /** How often each is to be passed over. */
  #again = new Map<string, number>()

  /** What to ask for in the place of a query, to get what comes behind those that were seen; some of these come once more. */
  again<Q extends Partial<LogQuery>>(query: Q): Q {
    if (this.#newest === '') return query
    this.#again = new Map(this.#counts)
    const back = new Date(Date.parse(this.#newest) - windowMs).toISOString()
    const { limit: _, ...rest } = query
    // A host gives times of nine digits.
    return { ...rest, since: back > this.#oldest ? back : this.#oldest } as Q
  }

  /** Whether a line was not seen before; it is now. */
  isNew(line: LogEntry): boolean {
    const key = `${line.time} ${hash('sha1', `${line.run ?? line.pod ?? ''} ${line.source} ${line.text}`, 'base64')}`
    const left = this.#again.get(key) ?? 0
    if (left > 0) {
      this.#again.set(key, left - 1)
      return false
    }
    if (this.#oldest === '' || line.time < this.#oldest) this.#oldest = line.time
    if (line.time > this.#newest) this.#newest = line.time
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (this.#counts.size > mostKept) this.#forget()
    return true
  }

  #forget(): void {
    for (const key of this.#counts.keys()) {
      // What is older is not known any more, and would come once more.
      this.#oldest = key.slice(0, key.indexOf(' '))
      if (this.#counts.size <= mostKept / 2) return
      this.#counts.delete(key)
    }
  }
}
