// What this host sees of the beats of all hosts. It sees others only as long as it sees itself: where its own beats are not told, as at an engine
// that has lost most of its servers, no time goes by for anybody. Once it sees again the others, which may be slower to find the engine, get time.
import { defaultTimes, isDead, isSilent, type Seen, seeAgain, seeBeat, type Times } from '../decide/alive.ts'

/** So many times as long as it may be silent, each host may be silent after this one saw nothing for longer than an election at the engine takes. */
const timesAsLong = 3

export class Sight {
  readonly #seen = new Map<string, { rev: string; atMs: number }>()
  #nowMs: () => number
  #host: string | undefined
  #times: Times
  /** When a beat of this host was seen last. */
  #ownMs: number | undefined
  /** Up to when the others were seen, while the engine is away. */
  #awayMs: number | undefined

  /** @param own without it, all is seen as long as the engine is there */
  constructor(nowMs: () => number, own: { host?: string; times?: Times } = {}) {
    this.#nowMs = nowMs
    this.#host = own.host
    this.#times = own.times ?? defaultTimes
    this.#awayMs = nowMs()
  }

  /** When a beat of each host was seen last. */
  get seen(): Seen {
    return this.#seen
  }

  /** Up to when the others are seen, by the clock of this host: who is dead is asked of that moment. */
  get untilMs(): number {
    const { beatMs, deadMs } = this.#times
    if (this.#awayMs !== undefined) return this.#awayMs
    return Math.min(this.#nowMs(), (this.#ownMs ?? Number.POSITIVE_INFINITY) + deadMs - 2 * beatMs)
  }

  /** Whether it does not see itself, and so nobody. */
  get isBlind(): boolean {
    const at = { nowMs: this.#nowMs(), times: this.#times }
    return this.#awayMs !== undefined || (this.#host !== undefined && isSilent(this.#seen, this.#host, at))
  }

  isDead(host: string): boolean {
    return isDead(this.#seen, host, { nowMs: this.untilMs, deadMs: this.#times.deadMs })
  }

  /** A beat was told, or told again. */
  beat(host: string, rev: string): void {
    const nowMs = this.#nowMs()
    if (host === this.#host && this.#seen.get(host)?.rev !== rev) this.#seeOwn(nowMs)
    seeBeat(this.#seen, { host, rev, nowMs })
  }

  /** The engine is away. */
  away(): void {
    this.#awayMs = this.untilMs
  }

  /** The engine is back, and has told all. */
  back(): void {
    const { deadMs } = this.#times
    const nowMs = this.#nowMs()
    seeAgain(this.#seen, { sinceMs: this.#awayMs ?? nowMs, nowMs, leastMs: deadMs, deadMs })
    this.#awayMs = undefined
  }

  forget(host: string): void {
    this.#seen.delete(host)
  }

  #seeOwn(nowMs: number): void {
    const { beatMs, deadMs } = this.#times
    const sinceMs = this.#ownMs ?? nowMs
    this.#ownMs = nowMs
    const blindMs = nowMs - sinceMs
    if (blindMs < deadMs - 2 * beatMs) return
    const leastMs = blindMs < 2 * deadMs ? 2 * beatMs : timesAsLong * deadMs
    seeAgain(this.#seen, { sinceMs, nowMs, leastMs, deadMs })
  }
}
