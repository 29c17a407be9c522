// How many items came and ended in the last minute, counted by the second. It is not kept over the end of the queue.

export type Rates = { added: number; ended: number }

type Second = Rates & { atS: number }

const spanS = 60

export class RateCounts {
  #seconds = new Map<string, Second[]>()

  count(queue: string, what: keyof Rates, nowMs: number): void {
    const atS = Math.floor(nowMs / 1000)
    const seconds = this.#seconds.get(queue) ?? []
    this.#seconds.set(queue, seconds)
    const last = seconds.at(-1)
    if (last?.atS === atS) last[what]++
    else {
      seconds.push({ atS, added: 0, ended: 0, [what]: 1 })
      if (seconds.length > spanS) seconds.shift()
    }
  }

  /** Those of the last minute. */
  of(queue: string, nowMs: number): Rates {
    const fromS = Math.floor(nowMs / 1000) - spanS
    const sum = { added: 0, ended: 0 }
    for (const { atS, added, ended } of this.#seconds.get(queue) ?? []) {
      if (atS <= fromS) continue
      sum.added += added
      sum.ended += ended
    }
    return sum
  }

  forget(queue: string): void {
    this.#seconds.delete(queue)
  }
}
