// The registry of a gateway that is alone with its pods: its runs ask each other, and the host says by its epochs who comes too late.
import { Idle } from '../idle.ts'
import type { Activity, Due, Lease, Registry } from './registry.ts'

export class MemoryRegistry implements Registry {
  #idle = new Idle()
  #taken = new Set<string>()
  #nowMs: () => number

  /** @param nowMs of a clock that never goes back */
  constructor(nowMs = () => performance.now()) {
    this.#nowMs = nowMs
  }

  async look(all: readonly Activity[]): Promise<Due[]> {
    const due = this.#idle.look(all, this.#nowMs())
    const epochs = new Map(all.map(({ pod, epoch }) => [pod, epoch]))
    return due.flatMap(pod => {
      const lease = this.#take(pod, epochs.get(pod) ?? 0)
      return lease ? [{ pod, lease }] : []
    })
  }

  async isDue(activity: Activity): Promise<boolean> {
    return this.#idle.isDue(activity, this.#nowMs())
  }

  async lease(pod: string, epoch: number): Promise<Lease | undefined> {
    return this.#take(pod, epoch)
  }

  async close(): Promise<void> {}

  #take(pod: string, epoch: number): Lease | undefined {
    if (this.#taken.has(pod)) return undefined
    this.#taken.add(pod)
    return { epoch: epoch + 1, release: async () => void this.#taken.delete(pod) }
  }
}
