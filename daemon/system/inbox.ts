// Events of one thing, handled one at a time in order. The outcome of an event may be put in again, after the events
// that came meanwhile, so that a stop can overtake it.

export class Inbox<Event> {
  #handle: (event: Event) => Promise<void>
  #waiting: { event: Event; handled: () => void }[] = []
  #isHandling = false

  /** @param handle begins at once if nothing else is being handled; must not fail */
  constructor(handle: (event: Event) => Promise<void>) {
    this.#handle = handle
  }

  /** Resolves once the event has been handled. */
  put(event: Event): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ event, handled: resolve })
    if (!this.#isHandling) void this.#handleAll()
    return promise
  }

  async #handleAll(): Promise<void> {
    this.#isHandling = true
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#handle(next.event)
      next.handled()
    }
    this.#isHandling = false
  }
}
