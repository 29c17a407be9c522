// Brings a run to its end, or to rest: what it is asked first, and the signals that it is sent then. The outcome is an event; when each is due
// is decided in the lifecycle.

import type { StopTo } from '../../protocol/config.ts'
import type { Port } from '../../protocol/listen.ts'
import { joinPath } from '../../protocol/names.ts'
import type { RestEvent } from '../lifecycle/seat.ts'
import type { Slot, SlotEvent } from '../lifecycle/slot.ts'
import { isBusy } from '../system/room.ts'
import { untilSeen } from '../system/until-seen.ts'
import type { InForce } from './in-force.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { LiveRun } from './live-run.ts'
import { mayRestOutside } from './outside-still.ts'
import type { SpawningNeeds } from './spawning.ts'

/** `path`: that of the host. */
export type StoppingNeeds = {
  path: string
  ports: Pick<SpawningNeeds['ports'], 'of' | 'kept' | 'cover'>
}

export type StoppingOwner = {
  name: string
  /** With what a run of this spec was begun; without one, what is in force. */
  inForce(spec?: string): InForce | undefined
  /** Those whose process is a child of a keeper: they have no link, and nothing to be asked. */
  kept: Pick<KeptRuns, 'has'>
  /** The state of a run. */
  slotOf(live: LiveRun): Slot
  isDetached(): boolean
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent | RestEvent): Promise<void>
  /** Something could not be done, and is tried again, or done without. */
  onFailed(live: LiveRun, what: string, error: unknown): void
}

export class Stopping {
  #needs: StoppingNeeds
  #owner: StoppingOwner

  constructor(needs: StoppingNeeds, owner: StoppingOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  /** It is asked to end, and not killed yet. */
  isAsked(live: LiveRun): boolean {
    const slot = this.#owner.slotOf(live)
    return slot.at === 'stopping' && slot.phase !== 'kill'
  }

  /** The signal that asks it to end. What its config says comes first, then what it says itself: a program may listen to another signal alone. */
  signalOf(live: LiveRun): NodeJS.Signals {
    return this.#owner.inForce(live.ref.spec)?.config.stopSignal ?? live.link.stopSignal ?? 'SIGTERM'
  }

  /** To whom that goes. */
  stopToOf(live: LiveRun): StopTo {
    return this.#owner.inForce(live.ref.spec)?.config.stopTo ?? 'group'
  }

  /** What an engine begins has that of its client too, and ends in its own time. */
  hasLifeline(live: LiveRun): boolean {
    return this.#owner.kept.has(live) && !live.record.isContained
  }

  /** Without a link it says hello, and is asked again. */
  async rest(live: LiveRun, forMs: number): Promise<void> {
    await this.#portsKept(live)
    await this.#needs.ports.cover(this.#key)
    const rests = this.#owner.kept.has(live)
      ? await mayRestOutside(this.#ports, forMs)
      : await live.peer?.request('rest', { forMs }).catch(() => undefined)
    if (rests !== undefined) void this.#owner.post(live, { type: rests ? 'rested' : 'stirred' })
  }

  async drain(live: LiveRun, timeoutMs: number): Promise<void> {
    await this.#portsKept(live)
    await live.drain(timeoutMs)
    // Without a link it says hello and is asked again; one in another language cannot be asked.
    if (live.peer || this.#owner.kept.has(live)) void this.#owner.post(live, { type: 'drained' })
  }

  async cleanup(live: LiveRun): Promise<void> {
    await this.#portsKept(live)
    await untilSeen(async () => await live.process.findOffspring({ hasLifeline: this.hasLifeline(live) }), {
      isOver: () => this.#owner.isDetached() || !this.isAsked(live),
      // If the system will never tell, only its group is ended.
      forMs: 0,
      onFailed: error => this.#owner.onFailed(live, 'what it has started cannot be seen yet', error),
    })
    if (this.#owner.kept.has(live)) return void this.#owner.post(live, { type: 'cleaned' })
    try {
      const cleaned = await live.peer?.request('cleanup', {})
      if (cleaned?.stopSignal) live.link.stopBy(cleaned.stopSignal)
      if (live.peer) void this.#owner.post(live, { type: 'cleaned' })
    } catch {
      // The link was lost meanwhile: the process is gone, or will say hello and be asked again.
    }
  }

  async term(live: LiveRun): Promise<void> {
    await this.#signal(live, this.signalOf(live), this.stopToOf(live))
  }

  /** With what it has started outside of its group; if the system will never tell, its group alone. */
  async kill(live: LiveRun): Promise<void> {
    try {
      await live.process.findOffspring({ hasLifeline: this.hasLifeline(live) })
    } catch (err) {
      if (isBusy(err)) return this.#notSent(live, 'SIGKILL', err)
    }
    await this.#signal(live, 'SIGKILL')
  }

  async #signal(live: LiveRun, signal: NodeJS.Signals, to?: StopTo): Promise<void> {
    await live.process.signal(signal, to && { to }).catch(err => this.#notSent(live, signal, err))
  }

  /** For example too many open files. The lifecycle's next deadline sends another. */
  #notSent(live: LiveRun, signal: NodeJS.Signals, err: unknown): void {
    this.#owner.onFailed(live, `${signal} could not be sent`, err)
  }

  /** While the pod is wanted, no run lets go of the sockets before a keeper holds them: it may be the last that has them. */
  async #portsKept(live: LiveRun): Promise<void> {
    const { desired } = this.#owner.inForce() ?? {}
    if (desired?.want === 'up') await this.#needs.ports.kept(this.#key, live.ref.number)
  }

  get #ports(): readonly Port[] {
    return this.#needs.ports.of(this.#key)
  }

  get #key(): string {
    return joinPath(this.#needs.path, this.#owner.name)
  }
}
