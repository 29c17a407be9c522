// The process of a run: its identity, its signals, and its end. The system reports the end of our children. For a
// process that an earlier host spawned, a link that closes shows it, and without a link, looking does.
import { setTimeout as delay } from 'node:timers/promises'
import type { StopTo } from '../../protocol/config.ts'
import type { Mark } from '../system/orphans.ts'
import type { ExitOutcome, Heir, Identity, Processes } from '../system/process.ts'

/** How often to look for a process without a link. */
const lookMs = 250
/** When to try again to kill the rest of a process group. */
const sweepAgainMs = 250
/** How often, and how many times, to look whether that which it has left is gone. */
const heirLookMs = 5
const heirLooks = 40

type State =
  | { at: 'none' }
  | { at: 'child'; identity: Identity }
  /** `look`: the timer of the next look, unless there is a link. */
  | { at: 'adopted'; identity: Identity; look: NodeJS.Timeout | undefined }

export class RunProcess {
  #processes: Processes
  #onGone: (outcome?: ExitOutcome) => void
  #state: State = { at: 'none' }
  #lastSignal: NodeJS.Signals | undefined
  #introduced = Promise.withResolvers<void>()
  #offspring: Identity[] = []
  #lifeline: string | undefined
  #mark: Mark | undefined
  #isGone = false
  #isOver = false
  #wasLinked = false
  #isStopped = false
  #ending: ExitOutcome | undefined

  /**
   * @param onGone called when it has ended; `outcome` is what the system reported, for a child
   * @param options.mark what all that it begins has from it
   */
  constructor(processes: Processes, onGone: (outcome?: ExitOutcome) => void, { mark }: { mark?: Mark } = {}) {
    this.#processes = processes
    this.#mark = mark
    this.#onGone = onGone
  }

  /** Its identity, if there is a process. */
  get identity(): Identity | undefined {
    return this.#state.at === 'none' ? undefined : this.#state.identity
  }

  /** Whether it is known to have ended, be it as yet unknown how. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Resolves once there is a process and its identity was to be saved. */
  get introduced(): Promise<void> {
    return this.#introduced.promise
  }

  introduce(): void {
    this.#introduced.resolve()
  }

  /** The last signal that was sent to it. */
  get lastSignal(): NodeJS.Signals | undefined {
    return this.#lastSignal
  }

  /** It was spawned, by this host or by a keeper that tells its end; without an outcome where the keeper does not know it. */
  become({ identity, exited }: { identity: Identity; exited: Promise<ExitOutcome | undefined> }): void {
    this.#state = { at: 'child', identity }
    void exited.then(outcome => this.#gone(outcome))
  }

  /** An earlier host spawned it: this looks for it until it is linked, or for as long as it lives where a link does not tell. */
  adopt(identity: Identity): void {
    this.#state = { at: 'adopted', identity, look: undefined }
    void this.#look()
  }

  /** Whether it was stopped, as by SIGSTOP, when it was last signalled. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Whether this host has heard of it by its link, so that it did not end unseen. */
  get wasLinked(): boolean {
    return this.#wasLinked
  }

  /** How it ended, as it was seen when its link closed. */
  get ending(): ExitOutcome | undefined {
    return this.#ending
  }

  /** @param options.isApart whether it stands before another process, whose link does not tell when it ends */
  onLinked({ isApart = false } = {}): void {
    this.#wasLinked = true
    if (!isApart) this.#lookNoMore()
  }

  /** Its link is closing, perhaps because it is about to end. */
  onLinkEnds(): void {
    if (this.#state.at !== 'none') this.#ending = this.#processes.ending(this.#state.identity.pid)
  }

  onUnlinked(): void {
    void this.#look()
  }

  /**
   * Finds what it has started outside of its group, while it lives: after that nobody knows whose that is.
   * @param options.hasLifeline whether it was begun with one, by which what it leaves is found later too
   */
  async findOffspring({ hasLifeline }: { hasLifeline: boolean }): Promise<void> {
    if (this.#state.at === 'none') return
    if (hasLifeline) this.#lifeline ??= await this.#processes.lifeline(this.#state.identity)
    this.#offspring = await this.#processes.offspring(this.#state.identity)
  }

  /** It has ended, and something that it has left may hold this lifeline still. */
  leaves(lifeline: string | undefined): void {
    this.#lifeline ??= lifeline
  }

  /** It has ended: what the kernel calls that which it has left. */
  async left(): Promise<string[]> {
    return (await this.#heirs()).map(({ name }) => name)
  }

  async #heirs(): Promise<Heir[]> {
    if (this.#state.at === 'none' || (this.#lifeline === undefined && this.#mark === undefined)) return []
    const { startTime: since } = this.#state.identity
    return await this.#processes.heirs({ since, lifeline: this.#lifeline, mark: this.#mark })
  }

  /**
   * Sends a signal to its group, and to what {@link findOffspring} found; or to it alone.
   * @throws if the system cannot identify it now, which passes
   */
  async signal(signal: NodeJS.Signals, { to = 'group' }: { to?: StopTo } = {}): Promise<void> {
    if (this.#state.at === 'none') return
    const { identity } = this.#state
    this.#lastSignal = signal
    this.#isStopped = this.#processes.isStopped(identity.pid)
    const wasSent =
      to === 'main'
        ? await this.#processes.signal(identity, signal)
        : await this.#processes.signalGroup(identity, signal)
    if (!wasSent) void this.#look()
    if (to === 'group') await this.#signalOthers(signal, wasSent)
    // A stopped process gets another signal than SIGKILL only once it continues. One that waits for what it has started needs that to go on too.
    if (wasSent && signal !== 'SIGKILL') await this.#processes.signalGroup(identity, 'SIGCONT')
  }

  /** It has ended: whether anything that it has started is left. */
  async hasRest(): Promise<boolean> {
    if (this.#state.at === 'none') return false
    if (await this.#processes.hasRest(this.#state.identity)) return true
    for (const one of this.#offspring) {
      if ((await this.#processes.identify(one.pid))?.startTime === one.startTime) return true
    }
    return (await this.#heirs()).length > 0
  }

  async #signalOthers(signal: NodeJS.Signals, isThere: boolean): Promise<void> {
    if (this.#state.at === 'none') return
    const { identity } = this.#state
    if (!isThere) await this.#processes.signalRest(identity, signal)
    // Members of its group have this signal already, and may end in another way at a second one.
    const heirs = (await this.#heirs()).filter(({ group }) => group !== identity.pid)
    const others = new Map([...this.#offspring, ...heirs].map(one => [one.pid, one]))
    for (const one of others.values()) await this.#processes.signal(one, signal)
  }

  /**
   * Kills the rest of its group, and of what it has started outside of it. Tries until it is done: a group that cannot be looked at now, with too many open
   * files, would be left for good.
   * @param onFailed called for the first try that failed
   * @returns false if it is left to the next host
   */
  async sweep(onFailed: (error: unknown) => void): Promise<boolean> {
    if (this.#state.at === 'none') return true
    for (let tries = 1; !this.#isOver; tries++) {
      try {
        await this.#processes.sweepGroup(this.#state.identity)
        for (const one of this.#offspring) await this.#processes.signal(one, 'SIGKILL')
        await this.#sweepHeirs()
        return true
      } catch (error) {
        if (tries === 1) onFailed(error)
        await delay(sweepAgainMs)
      }
    }
    return false
  }

  /** They may be beginning others just now. */
  async #sweepHeirs(): Promise<void> {
    for (let looks = 0; looks < heirLooks; looks++) {
      const heirs = await this.#heirs()
      if (heirs.length === 0) return
      for (const one of heirs) await this.#processes.signal(one, 'SIGKILL')
      await delay(heirLookMs)
    }
  }

  /** From now on its events are ignored. */
  detach(): void {
    this.#isOver = true
    this.#lookNoMore()
  }

  async #look(): Promise<void> {
    this.#lookNoMore()
    const state = this.#state
    if (state.at !== 'adopted' || this.#isOver) return
    const timer = setTimeout(() => void this.#look(), lookMs)
    state.look = timer
    const { pid, startTime } = state.identity
    // If looking fails, nothing is known about the process; the next look comes later.
    const now = await this.#processes.identify(pid).catch(() => state.identity)
    // Linked or over while we looked.
    if (state.look !== timer || now?.startTime === startTime) return
    this.#lookNoMore()
    this.#gone()
  }

  #gone(outcome?: ExitOutcome): void {
    this.#isGone = true
    this.#onGone(outcome)
  }

  #lookNoMore(): void {
    if (this.#state.at !== 'adopted') return
    clearTimeout(this.#state.look)
    this.#state.look = undefined
  }
}
