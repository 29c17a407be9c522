// How the processes of shims end that keepers have begun. Their keeper tells it; if that is gone before them, they are looked for.
import { setTimeout as delay } from 'node:timers/promises'
import type { ExitOutcome, Identity, Processes, Spawned } from '../system/process.ts'

/** How often to look for a process whose keeper is gone. */
const lookMs = 100

/** `keeper`: whoever tells its end. */
type Watched = { identity: Identity; keeper: object; resolve: (outcome: ExitOutcome | undefined) => void }

export class ShimEnds {
  #processes: Pick<Processes, 'identify'>
  #watched = new Map<number, Watched>()
  /** Ends that were told while processes are begun whose pids are not known yet: some end at once. */
  #early = new Map<number, ExitOutcome>()
  #beginning = 0
  /** Keepers that are gone: one may go while the process that it has begun is being identified. */
  #lost = new WeakSet<object>()

  constructor(processes: Pick<Processes, 'identify'>) {
    this.#processes = processes
  }

  /** Hears of the end of a process that `keeper` is asked to begin. */
  async watch(begin: () => Promise<Identity>, keeper: object): Promise<Spawned> {
    this.#beginning++
    try {
      const identity = await begin()
      const early = this.#early.get(identity.pid)
      return { identity, exited: early ? Promise.resolve(early) : this.#of(identity, keeper) }
    } finally {
      if (--this.#beginning === 0) this.#early.clear()
    }
  }

  async #of(identity: Identity, keeper: object): Promise<ExitOutcome | undefined> {
    const { promise, resolve } = Promise.withResolvers<ExitOutcome | undefined>()
    const watched = { identity, keeper, resolve }
    this.#watched.set(identity.pid, watched)
    if (this.#lost.has(keeper)) void this.#look(watched)
    return await promise.finally(() => this.#watched.delete(identity.pid))
  }

  onEnded(pid: number, outcome: ExitOutcome): void {
    const watched = this.#watched.get(pid)
    if (watched) watched.resolve(outcome)
    else if (this.#beginning > 0) this.#early.set(pid, outcome)
  }

  /** A keeper is gone, or the connection to it. */
  onLost(keeper: object): void {
    this.#lost.add(keeper)
    for (const watched of this.#watched.values()) if (watched.keeper === keeper) void this.#look(watched)
  }

  async #look({ identity, resolve }: Watched): Promise<void> {
    const { pid, startTime } = identity
    // If looking fails, nothing is known about the process.
    const isThere = async () => (await this.#processes.identify(pid).catch(() => identity))?.startTime === startTime
    while (this.#watched.get(pid)?.identity === identity && (await isThere()))
      await delay(lookMs, undefined, { ref: false })
    resolve(undefined)
  }
}
