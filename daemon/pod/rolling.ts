// A reload of a pod, as far as it has come: which slots begin next, and what it has come to.

import { rollOn } from '../lifecycle/roll.ts'
import type { Seat } from '../lifecycle/seat.ts'
import type { End } from '../lifecycle/slot.ts'
import type { Reload } from '../store/desired.ts'
import { type InForce, targetOf } from './in-force.ts'

/** `of`: the generation to which it led. `end`: how the run ended that did not come up. `wasBack`: while it went back. */
export type ReloadOutcome = { of: number; end?: End; wasBack: boolean }

export type RollingOwner = {
  inForce(): InForce | undefined
  /** What a reload has come to: all slots are as it says, or the run of one did not come up. */
  onReload(outcome: ReloadOutcome): void
}

export class Rolling {
  #owner: RollingOwner
  /** The reload, or its way back, in which a run has not come up: nothing more begins in it. */
  #failed: string | undefined

  constructor(owner: RollingOwner) {
    this.#owner = owner
  }

  /** @param seats of the slots that are wanted. @returns the slots that begin another run now */
  next(seats: readonly Seat[]): readonly number[] {
    const inForce = this.#owner.inForce()
    if (!inForce?.reload) return []
    const { reload, desired } = inForce
    if (desired.reload && this.#failed === keyOf(desired.reload)) return []
    const { begin, isDone } = rollOn(seats, { to: targetOf(inForce).spec, width: reload.width })
    if (isDone) this.#owner.onReload({ of: desired.reload?.generation ?? 0, wasBack: reload.isBack })
    return begin
  }

  /** A run did not come up. */
  onFailed(end: End): void {
    const { reload } = this.#owner.inForce()?.desired ?? {}
    this.#failed = reload && keyOf(reload)
    if (reload) this.#owner.onReload({ of: reload.generation, end, wasBack: reload.isBack ?? false })
  }
}

function keyOf({ generation, isBack = false }: Reload): string {
  return `${generation} ${isBack}`
}
