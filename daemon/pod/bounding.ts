// Holds the runs of a pod to their limits, with what is in the container of a run, if it has one.

import { joinPath, runId } from '../../protocol/names.ts'
import type { BoundRun, Bounds } from '../bounds/bounds.ts'
import { hasOwnMounts } from '../bounds/isolation.ts'
import { Within } from '../bounds/within.ts'
import type { Over } from '../lifecycle/bounds.ts'
import type { Identity } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import type { InForce } from './in-force.ts'
import type { LiveRun } from './live-run.ts'

/** `path`: that of the host. */
export type BoundingNeeds = Pick<Seams, 'paths' | 'processes' | 'log'> & {
  path: string
  bounds: Pick<Bounds, 'hold' | 'watch' | 'know' | 'drop' | 'forget' | 'overOf' | 'includes'>
}

export type BoundingOwner = {
  name: string
  /** With what a run of this spec was begun. */
  inForce(spec: string | undefined): InForce | undefined
  /** A run is over a limit. */
  onOver(live: LiveRun, over: Over): void
}

export class Bounding {
  #needs: BoundingNeeds
  #owner: BoundingOwner
  #within: Within

  constructor(needs: BoundingNeeds, owner: BoundingOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#within = new Within(needs)
  }

  /** Its process is known, and has no code yet: it gets its limits. */
  async hold(live: LiveRun): Promise<void> {
    const run = this.#boundRun(live)
    if (!run) return
    const { bounds } = this.#needs
    if (this.#limitsOf(live)) await bounds.hold(run)
    else {
      // One whose limits were taken away may have a group that still holds them.
      bounds.drop(run.key)
      bounds.know(run)
    }
    this.#watchWithin(live)
  }

  /** Its process has its limits already. */
  watch(live: LiveRun): void {
    const run = this.#boundRun(live)
    if (!run) return
    this.#needs.bounds.watch(run)
    this.#watchWithin(live)
  }

  /** @returns the limit that it was over when it was killed, in words */
  async overOf(live: LiveRun): Promise<string | undefined> {
    const limits = this.#limitsOf(live)
    return limits && (await this.#needs.bounds.overOf(this.#keyOf(live), limits))
  }

  /** The first process in its container, once that is known. */
  within(live: LiveRun): Identity | undefined {
    return this.#within.of(live)
  }

  /** It has ended: its container, if it has one, is to be gone too. */
  async endWithin(live: LiveRun): Promise<void> {
    if (live.record.isContained) await this.#within.end(live, this.#keyOf(live))
  }

  /** Its end is saved: what holds it to its limits goes. */
  drop(live: LiveRun): void {
    this.#needs.bounds.drop(this.#keyOf(live))
  }

  /** Nobody looks at these any more; what the kernel keeps of their limits stays. */
  detach(runs: Iterable<LiveRun>): void {
    for (const live of runs) this.#needs.bounds.forget(this.#keyOf(live))
    this.#within.detach()
  }

  #boundRun(live: LiveRun): BoundRun | undefined {
    const { identity: leader } = live
    if (!leader) return undefined
    const { storage } = this.#needs.paths.pod(this.#owner.name)
    const { limits = {}, isolate } = this.#configOf(live) ?? {}
    const of = { key: this.#keyOf(live), leader, limits, storage, hasOwnMounts: hasOwnMounts(isolate) }
    return { ...of, onOver: over => this.#owner.onOver(live, over) }
  }

  #watchWithin(live: LiveRun): void {
    if (live.record.isContained) void this.#within.watch(live, this.#keyOf(live))
  }

  #limitsOf(live: LiveRun) {
    return this.#configOf(live)?.limits
  }

  #configOf(live: LiveRun) {
    return this.#owner.inForce(live.ref.spec)?.config
  }

  #keyOf(live: LiveRun): string {
    return joinPath(this.#needs.path, runId(this.#owner.name, live.ref.number))
  }
}
