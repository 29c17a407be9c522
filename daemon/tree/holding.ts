// Ends runs without changing what is wanted of their pods: of those that need a pod which goes, of all while their host is
// closed, of all for good. Who needs another is over before it.

import { dependentsIn } from './needs.ts'
import type { PodSupervisor } from './supervisor.ts'

export class Holding {
  #all: () => PodSupervisor[]
  #isHeld = false
  #isLeaving = false

  constructor(all: () => PodSupervisor[]) {
    this.#all = all
  }

  /** Whether nothing runs until {@link release}. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Whether nothing new is taken up any more. */
  get isLeaving(): boolean {
    return this.#isLeaving
  }

  /** Ends all runs. What is wanted stays, so the next host starts them again; until then nothing new is taken up. */
  async endRuns(): Promise<void> {
    this.#isLeaving = true
    const all = this.#all()
    const dependentsOf = dependentsIn(all)
    const held = new Map<PodSupervisor, Promise<void>>()
    const hold = async (supervisor: PodSupervisor) => {
      await Promise.all(dependentsOf(supervisor.name).map(other => held.get(other)))
      await supervisor.hold()
      await supervisor.until(() => !supervisor.hasRuns)
    }
    // Those that need it come before a pod; where files were edited into a cycle, one of them does not wait.
    for (const supervisor of all.flatMap(each => [...dependentsOf(each.name), each])) {
      if (!held.has(supervisor)) held.set(supervisor, hold(supervisor))
    }
    await Promise.all(held.values())
  }

  /** Ends the runs of all pods that need `name`, and keeps them so until what is returned is called. */
  async holdDependents(name: string): Promise<() => Promise<void>> {
    const dependents = dependentsIn(this.#all())(name).filter(({ hasRuns }) => hasRuns)
    for (const supervisor of dependents) {
      await supervisor.hold()
      await supervisor.until(() => !supervisor.hasRuns)
    }
    return async () => {
      if (this.#isHeld || this.#isLeaving) return
      await Promise.all(dependents.map(supervisor => supervisor.release()))
    }
  }

  /** Ends all runs until {@link release}. What is wanted stays. */
  async hold(): Promise<void> {
    this.#isHeld = true
    await Promise.all(
      this.#all().map(async supervisor => {
        await supervisor.hold()
        await supervisor.until(() => !supervisor.hasRuns || !this.#isHeld)
      }),
    )
  }

  /** Lets run again what is wanted. */
  async release(): Promise<void> {
    if (!this.#isHeld) return
    this.#isHeld = false
    await Promise.all(this.#all().map(supervisor => supervisor.release()))
  }
}
