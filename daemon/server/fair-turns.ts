// In which order the requests of all clients are begun: clients take turns, however many connections each has and however
// much each asks for. Between a few of them the event loop looks for what others have sent.
import { monotonicMs } from '../../protocol/deadline.ts'
import type { Settings } from '../../protocol/settings.ts'

/** How many begin before the event loop goes on, or this time has passed. */
const beginsAtOnce = 4
const calmMs = 1

/** How many that have begun stand in a row before they are dropped from it. */
const maxBegun = 1000

/** A request that only reads, and waits for nothing but the disk. How many of these one client may have at work is limited. */
type Kind = { isBrief: boolean }

type Waiting = Kind & { begin: () => void }

/** Those before `at` have begun. */
type Row = { all: Waiting[]; at: number }

export class FairTurns {
  #maxReads: number
  /** By client, in the order of their turns. */
  #waiting = new Map<string, Row>()
  /** Who asks for more once fewer requests of that client wait. */
  #held = new Map<string, Set<() => void>>()
  /** How many brief ones of each client are at work. */
  #atWork = new Map<string, number>()
  /** How many have begun since the event loop went on, or since that time. */
  #begun = 0
  #calmAtMs = 0
  #goingOn: NodeJS.Immediate | undefined

  constructor({ maxTokenReads }: Pick<Settings, 'maxTokenReads'>) {
    this.#maxReads = maxTokenReads
  }

  /** Does `work` when it is the turn of client `who`; at once if nobody waits. */
  async during<T>(who: string, kind: Kind, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size === 0 && this.#isCalm() && this.#hasRoom(who, kind)) this.#begin(who, kind)
    else await this.#turn(who, kind)
    if (!kind.isBrief) return await work()
    try {
      return await work()
    } finally {
      this.#count(who, -1)
      if (this.#waiting.size > 0) this.#goOn()
    }
  }

  /**
   * Undefined where few requests of that client wait. Otherwise its further requests are better not read yet: it resolves once fewer
   * wait, in the order of asking.
   */
  room(who: string): Promise<void> | undefined {
    if (this.#waitingOf(who) < this.#maxReads) return undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held.set(who, (this.#held.get(who) ?? new Set()).add(resolve))
    return promise
  }

  #isCalm(): boolean {
    const nowMs = monotonicMs()
    if (nowMs - this.#calmAtMs > calmMs) {
      this.#calmAtMs = nowMs
      this.#begun = 0
    }
    return this.#begun < beginsAtOnce
  }

  #hasRoom(who: string, { isBrief }: Kind): boolean {
    return !isBrief || (this.#atWork.get(who) ?? 0) < this.#maxReads
  }

  #begin(who: string, { isBrief }: Kind): void {
    this.#begun++
    if (isBrief) this.#count(who, 1)
  }

  #count(who: string, more: 1 | -1): void {
    const left = (this.#atWork.get(who) ?? 0) + more
    if (left > 0) this.#atWork.set(who, left)
    else this.#atWork.delete(who)
  }

  async #turn(who: string, kind: Kind): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const row = this.#waiting.get(who) ?? { all: [], at: 0 }
    row.all.push({ ...kind, begin: resolve })
    this.#waiting.set(who, row)
    this.#goOn()
    await promise
  }

  #goOn(): void {
    this.#goingOn ??= setImmediate(() => {
      this.#goingOn = undefined
      this.#begun = 0
      while (this.#begun < beginsAtOnce && this.#beginNext());
      this.#letAsk()
      if (this.#begun > 0 && this.#waiting.size > 0) this.#goOn()
    })
  }

  /** Lets the next client begin for whom there is room; it goes to the end of the row. @returns whether there was one */
  #beginNext(): boolean {
    for (const [who, row] of this.#waiting) {
      const first = row.all[row.at]
      if (!first || !this.#hasRoom(who, first)) continue
      row.at++
      if (row.at > maxBegun) row.all.splice(0, row.at)
      if (row.at > maxBegun) row.at = 0
      this.#waiting.delete(who)
      if (row.at < row.all.length) this.#waiting.set(who, row)
      this.#begin(who, first)
      first.begin()
      return true
    }
    return false
  }

  /** Lets one ask that was held, of each client of which few requests wait by now. */
  #letAsk(): void {
    let hasAsked = false
    for (const [who, held] of this.#held) {
      const [first] = held
      if (!first || this.#waitingOf(who) >= this.#maxReads) continue
      held.delete(first)
      if (held.size === 0) this.#held.delete(who)
      hasAsked = true
      first()
    }
    if (hasAsked && this.#held.size > 0) this.#goOn()
  }

  #waitingOf(who: string): number {
    const { all, at } = this.#waiting.get(who) ?? { all: [], at: 0 }
    return all.length - at
  }
}
