// The process of a run: who it is, the signals that go to it, and what tells of its end. The system tells of the end of our
// children; of a process that an earlier host spawned a link that closes tells, and where there is no link, looking does.
import { setTimeout as delay } from 'node:timers/promises'
import type { ExitOutcome, Identity, Processes, Spawned } from '../system/process.ts'

/** How often a process without a link is looked for. */
const lookMs = 250
/** When a process group is swept again that could not be. */
const sweepAgainMs = 250

type State =
  | { at: 'none' }
  | { at: 'child'; identity: Identity }
  /** `look`: the next time that it is looked for, unless there is a link. */
  | { at: 'adopted'; identity: Identity; look: NodeJS.Timeout | undefined }

export class RunProcess {
  #processes: Processes
  #onGone: (outcome?: ExitOutcome) => void
  #state: State = { at: 'none' }
  #lastSignal: NodeJS.Signals | undefined
  #introduced = Promise.withResolvers<void>()
  #isOver = false

  /** @param onGone it has ended; `outcome` is what the system told, which it does of a child */
  constructor(processes: Processes, onGone: (outcome?: ExitOutcome) => void) {
    this.#processes = processes
    this.#onGone = onGone
  }

  /** Who it is, where it is known that there is one. */
  get identity(): Identity | undefined {
    return this.#state.at === 'none' ? undefined : this.#state.identity
  }

  /** Resolves once it is known that there is one, and that was to be saved. */
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

  /** It was spawned. */
  become({ identity, exited }: Spawned): void {
    this.#state = { at: 'child', identity }
    void exited.then(outcome => this.#onGone(outcome))
  }

  /** An earlier host spawned it: it is looked for until it is linked. */
  adopt(identity: Identity): void {
    this.#state = { at: 'adopted', identity, look: undefined }
    void this.#look()
  }

  onLinked(): void {
    this.#lookNoMore()
  }

  onUnlinked(): void {
    void this.#look()
  }

  /** Signals its group. @throws where the system does not let it be seen who it is, which passes */
  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.#state.at === 'none') return
    const { identity } = this.#state
    this.#lastSignal = signal
    const wasSent = await this.#processes.signalGroup(identity, signal)
    // A stopped process gets SIGTERM only once it goes on.
    if (wasSent && signal === 'SIGTERM') await this.#processes.signalGroup(identity, 'SIGCONT')
    if (!wasSent) void this.#look()
  }

  /**
   * Kills what is left of its group. Tries until it is done: what cannot be looked at now, with too many files open, would
   * be left over for good.
   * @param onFailed told of the first try that failed
   * @returns false where that is left to the next host
   */
  async sweep(onFailed: (error: unknown) => void): Promise<boolean> {
    if (this.#state.at === 'none') return true
    for (let tries = 1; !this.#isOver; tries++) {
      try {
        await this.#processes.sweepGroup(this.#state.identity)
        return true
      } catch (error) {
        if (tries === 1) onFailed(error)
        await delay(sweepAgainMs)
      }
    }
    return false
  }

  /** Nothing is heard of it any more. */
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
    // Where looking fails there is nothing to be said of the process; it is looked for again.
    const now = await this.#processes.identify(pid).catch(() => state.identity)
    // Linked or over while we looked.
    if (state.look !== timer || now?.startTime === startTime) return
    this.#lookNoMore()
    this.#onGone()
  }

  #lookNoMore(): void {
    if (this.#state.at !== 'adopted') return
    clearTimeout(this.#state.look)
    this.#state.look = undefined
  }
}
