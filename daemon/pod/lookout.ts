// Looks for the processes of runs that an earlier host spawned. They are not our children, so their end is not told to
// us: a link that closes tells it, and where there is no link yet, looking does.
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { Seams } from '../system/seams.ts'
import type { LiveRun } from './live-run.ts'

/** How often a process without a link is looked for. */
const lookMs = 250

export type LookoutEvents = {
  /** Its process is gone. */
  onGone: (live: LiveRun) => void
  /** Its pid was never recorded, and it did not say hello in time: it never lived. */
  onNeverSeen: (live: LiveRun) => void
}

export class Lookout {
  #seams: Pick<Seams, 'processes' | 'settings'>
  #events: LookoutEvents
  #timers = new Map<LiveRun, NodeJS.Timeout>()
  #isOver = false

  constructor(seams: Pick<Seams, 'processes' | 'settings'>, events: LookoutEvents) {
    this.#seams = seams
    this.#events = events
  }

  /** Looks for a run until {@link forget}. */
  watch(live: LiveRun): void {
    this.forget(live)
    if (live.identity) return void this.#look(live)
    const giveUp = () => {
      if (!live.identity) this.#events.onNeverSeen(live)
    }
    this.#timers.set(live, longTimeout(giveUp, this.#seams.settings.adoptTimeout))
  }

  /** The run is linked, or over. */
  forget(live: LiveRun): void {
    clearTimeout(this.#timers.get(live))
    this.#timers.delete(live)
  }

  end(): void {
    this.#isOver = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #look(live: LiveRun): Promise<void> {
    if (!live.identity || this.#isOver) return
    const timer = setTimeout(() => this.#look(live), lookMs)
    this.#timers.set(live, timer)
    // Where looking fails there is nothing to be said of the process; it is looked for again.
    const now = await this.#seams.processes.identify(live.identity.pid).catch(() => live.identity)
    // Linked or over while we looked.
    if (this.#timers.get(live) !== timer) return
    if (now?.startTime === live.identity.startTime) return
    this.forget(live)
    this.#events.onGone(live)
  }
}
