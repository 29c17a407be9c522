// The subscriptions of this run, and their listeners. It knows nothing of where events come from.
import type { Listener } from '../../protocol/author.ts'
import type { Event } from '../calls/admitted.ts'
import { topicMatcher } from './topic.ts'

type Subscription = { path: string; pattern: string; isMeant: (topic: string) => boolean; listener: Listener }

/** The topics that match a pattern, of events at the host `path`. */
export type Wanted = { path: string; pattern: string }

export class Subscriptions {
  #all = new Set<Subscription>()
  #onChanged: (subscriptions: Wanted[]) => void

  /** @param onChanged called when the subscriptions have changed */
  constructor(onChanged: (subscriptions: Wanted[]) => void) {
    this.#onChanged = onChanged
  }

  /** All of them, each once. */
  get wanted(): Wanted[] {
    const all = [...this.#all].map(({ path, pattern }) => [`${path} ${pattern}`, { path, pattern }] as const)
    return [...new Map(all).values()]
  }

  /** @returns a function that ends the subscription @throws {TypeError} if the pattern is not one */
  add({ path, pattern }: Wanted, listener: Listener): () => void {
    const subscription = { path, pattern, isMeant: topicMatcher(pattern), listener }
    this.#change(() => this.#all.add(subscription))
    return () => this.#change(() => this.#all.delete(subscription))
  }

  isMeant(path: string, topic: string): boolean {
    for (const one of this.#all) if (one.path === path && one.isMeant(topic)) return true
    return false
  }

  /**
   * Calls the listeners that subscribe to it. If one throws, that is an uncaught error of the run; the others are
   * called all the same.
   */
  deliver({ path, topic, data, publisher }: Event): void {
    for (const { path: at, isMeant, listener } of this.#all) {
      if (at !== path || !isMeant(topic)) continue
      try {
        listener(data, topic, publisher)
      } catch (error) {
        process.nextTick(() => {
          throw error
        })
      }
    }
  }

  #change(change: () => void): void {
    const before = JSON.stringify(this.wanted)
    change()
    const { wanted } = this
    if (JSON.stringify(wanted) !== before) this.#onChanged(wanted)
  }
}
