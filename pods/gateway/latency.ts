// How long answers took, in a bounded number of counters: each is for durations that differ by a tenth at most.

const leastMs = 0.05
const step = Math.log(1.1)
/** The last one is for all that took longer than half an hour. */
const buckets = 185

/** Counters by bucket, as they are told to another run. */
export type Counted = readonly (readonly [bucket: number, count: number])[]

export class Latency {
  #counts = new Uint32Array(buckets)

  add(ms: number): void {
    const bucket = ms <= leastMs ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / leastMs) / step))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
  }

  take(counted: Counted): void {
    for (const [bucket, count] of counted) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
  }

  counted(): Counted {
    return [...this.#counts].flatMap((count, bucket) => (count > 0 ? [[bucket, count] as const] : []))
  }

  /** What `share` of all took at most, such as 0.99; undefined if there were none. */
  quantile(share: number): number | undefined {
    const all = this.#counts.reduce((sum, count) => sum + count, 0)
    if (all === 0) return undefined
    let left = Math.ceil(all * share)
    const bucket = this.#counts.findIndex(count => {
      left -= count
      return left <= 0
    })
    return Number((leastMs * Math.exp(step * bucket)).toPrecision(3))
  }
}
