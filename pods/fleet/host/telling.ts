// What this host tells its fleet: its beats at their times, and how its pods are. It knows whether it is heard, and so what it may hold.
import { mayHold, type Times } from '../decide/alive.ts'
import type { StatePort } from '../port/ports.ts'
import type { Report } from '../records.ts'
import { Beating, type BeatingOptions } from './beating.ts'
import { Reporting } from './reporting.ts'

export type TellingOptions = Omit<BeatingOptions, 'state'> & {
  state: StatePort
  host: string
  times: Times
  /** How long a pod of which nothing but its use has changed is not told again. */
  usageMs: number
  /** What the engine has of the pods of this host, as it was last told; undefined: something that is not known. */
  known: () => Readonly<Record<string, Report | undefined>>
  /** How its pods are; `isNow`: as they are now, and not as was told last. */
  reports: (isNow: boolean) => Promise<Record<string, Report>>
  /** Ends all that is exclusive here, as it was declared dead. */
  endExclusive: () => Promise<void>
  /** Keeps when a beat was taken, for the process after this one. */
  keep: (takenMs: number) => Promise<void>
  log: (text: string) => void
}

const twin = 'another process beats as this host, as one with a copy of its data directory does: end the other one'

export class Telling {
  /** Another host has its name. */
  nameProblem = ''
  #options: TellingOptions
  #beating: Beating
  #reporting: Reporting
  /** Why what it tells of its pods was not taken. */
  #reportProblem = ''
  #isBeating = false
  #nextBeatMs = 0
  #lastBeat: Promise<void> = Promise.resolve()
  /** The round of reports that was asked for last: each begins when the one before it is over. */
  #lastReport: Promise<void> = Promise.resolve()
  /** The round that has not begun: who asks meanwhile waits for it. */
  #dueReport: { isNow: boolean; done: Promise<void> } | undefined
  #isForgotten = false

  /** @param takenMs when the last beat of the process before this one was taken */
  constructor(options: TellingOptions, takenMs: number | undefined) {
    this.#options = options
    this.#beating = new Beating(options, takenMs)
    this.#reporting = new Reporting(options)
  }

  /** Why it is not heard; empty if it is. */
  get silence(): string {
    const why = this.#beating.problem || this.#reportProblem || this.#twinProblem
    return why === '' ? '' : `this host is not heard by its fleet: ${why}`
  }

  get #twinProblem(): string {
    const { times, nowMs } = this.#options
    const { twinMs } = this.#beating
    return twinMs !== undefined && nowMs() - twinMs < times.deadMs * 2 ? twin : ''
  }

  /** The engine has gone back to what it had before, as where a backup was put back. */
  get hasGoneBack(): boolean {
    return this.#beating.hasGoneBack
  }

  /** When the last beat that was taken was begun. */
  get takenMs(): number | undefined {
    return this.#beating.takenMs
  }

  /** `host/session`, while this host may hold what is exclusive. */
  holder(): string | undefined {
    const { host, times, nowMs } = this.#options
    const { takenMs, session, hasGoneBack } = this.#beating
    // The holder that it names is one of before.
    if (hasGoneBack) return undefined
    return mayHold(takenMs, { nowMs: nowMs(), fenceMs: times.fenceMs }) ? `${host}/${session}` : undefined
  }

  /** Something has changed: it is told within this time. */
  hurry(ms: number): void {
    this.#nextBeatMs = Math.min(this.#nextBeatMs, this.#options.nowMs() + ms)
  }

  /** What the engine has of this host may be another by now. It counts from the next round on: one that is under way notes what it has written. */
  forget(): void {
    this.#isForgotten = true
  }

  /** Beats, if it is time for that. */
  async look(): Promise<void> {
    if (this.#isBeating || this.#options.nowMs() < this.#nextBeatMs) return
    this.#isBeating = true
    this.#lastBeat = this.#beat().finally(() => {
      this.#isBeating = false
    })
    await this.#lastBeat
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#lastBeat, this.#lastReport])
  }

  async #beat(): Promise<void> {
    const { host, times, nowMs, keep, endExclusive, log } = this.#options
    const beating = this.#beating
    this.#nextBeatMs = nowMs() + times.beatMs
    if (beating.isKnown) void this.#report(false)
    const before = this.silence
    // Else what the engine has of the session before would be taken for what is here now.
    const beaten = await beating.beat(times.deadMs * 2, async () => await this.#report(true))
    if (this.silence !== '' && this.silence !== before) log(this.silence)
    this.nameProblem = beaten === 'name_taken' ? `another host of this fleet is called "${host}"` : ''
    if (beaten === 'taken' && beating.takenMs !== undefined) await keep(beating.takenMs)
    if (beaten !== 'fenced') return
    // It was declared dead: what is exclusive may live elsewhere by now.
    await endExclusive()
    beating.begin()
    this.forget()
    this.#nextBeatMs = 0
  }

  /** @returns once a round that began behind this call is over */
  async #report(isNow: boolean): Promise<void> {
    const due = this.#dueReport ?? { isNow, done: this.#lastReport.then(async () => await this.#tellDue()) }
    due.isNow ||= isNow
    this.#dueReport = due
    this.#lastReport = due.done
    await due.done
  }

  async #tellDue(): Promise<void> {
    const isNow = this.#dueReport?.isNow === true
    this.#dueReport = undefined
    if (this.#isForgotten) this.#reporting.forget()
    this.#isForgotten = false
    try {
      this.#reportProblem = await this.#reporting.tell(await this.#options.reports(isNow))
    } catch (error) {
      this.#reportProblem = (error as Error).message
    }
  }
}
