// What the watch of the root has told of the pods of the fleet that are here.
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from 'p8a'

/** How long whoever comes for a pod may wait until it is known which are here. */
const mostMs = 5000

export class Root {
  pods: ReadonlyMap<string, PodStatus> | undefined
  #first = Promise.withResolvers<void>()

  tell(pods: ReadonlyMap<string, PodStatus>): void {
    this.pods = pods
    this.#first.resolve()
  }

  /** Resolves once it has told all, or has not for long. */
  async told(): Promise<void> {
    await Promise.race([this.#first.promise, delay(mostMs, undefined, { ref: false })])
  }
}
