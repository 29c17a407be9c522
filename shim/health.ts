// How a run is when its host asks: what the pod's `check` listener says.
import { inspect } from 'node:util'
import { deadline } from '../protocol/deadline.ts'
import { describeThrown } from '../protocol/thrown.ts'
import type { Status } from '../protocol/words.ts'
import type { RunBus } from './bus.ts'

/** What a pod says about itself. */
export type Said = { status: Status; text?: string }

export class Health {
  #bus: Pick<RunBus, 'listenerCount' | 'emit'>
  #isLoaded: () => boolean
  #said: Said | undefined
  /** The checks that wait for a word of the pod. */
  #waiting = new Set<(said: Said) => void>()

  /** @param isLoaded whether the pod's code is there */
  constructor(bus: Pick<RunBus, 'listenerCount' | 'emit'>, isLoaded: () => boolean) {
    this.#bus = bus
    this.#isLoaded = isLoaded
  }

  /**
   * What the pod's `check` listener says. If it has none, it is up, since this answer shows that its loop turns, unless it has said that
   * something is wrong.
   * @param timeoutMs how long the listener may take
   */
  async check(timeoutMs: number): Promise<Said> {
    // Its loop turns, but what is to be up is not there yet.
    if (!this.#isLoaded()) return { status: 'waiting', text: 'loading' }
    if (this.#bus.listenerCount('check') === 0) return this.#said?.status === 'error' ? this.#said : { status: 'up' }
    const { promise, resolve } = Promise.withResolvers<Said>()
    const late = deadline(
      () => resolve({ status: 'error', text: `its check emitted no status in ${timeoutMs} ms` }),
      timeoutMs,
    )
    this.#waiting.add(resolve)
    try {
      this.#bus.emit('check')
      return await promise
    } catch (error) {
      return { status: 'error', text: `its check threw ${describeThrown(error, inspect).split('\n', 1)[0]}` }
    } finally {
      clearTimeout(late)
      this.#waiting.delete(resolve)
    }
  }

  /** The pod has said how it is: that answers all checks under way. */
  onSaid(said: Said): void {
    this.#said = said
    for (const resolve of this.#waiting) resolve(said)
  }
}
