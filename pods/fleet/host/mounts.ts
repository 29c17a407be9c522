// The namespaces of a fleet on this host: the path of the fleet, and within it that of the host, in which its pods are. They outlive a member
// that goes over to another engine: what is asked there is then answered by the next one.
import type { Handlers, OwnVerbs, P8a } from 'p8a'

export class Mounts {
  readonly own: OwnVerbs
  #handlers: Handlers
  #closings: (() => unknown)[]

  constructor(p8a: Pick<P8a, 'host'>, { path, host, handlers }: { path: string; host: string; handlers: Handlers }) {
    this.#handlers = handlers
    const { reach, ...verbs } = this.#current()
    const fleet = p8a.host(path, verbs, { others: 'refuse' })
    const within = fleet.scope(host).host(host, reach && { reach })
    this.own = fleet.own
    this.#closings = [() => within.close(), () => fleet.close()]
  }

  /** From now on these answer; they are for the same verbs. */
  use(handlers: Handlers): void {
    this.#handlers = handlers
  }

  async close(): Promise<void> {
    for (const close of this.#closings) await close()
  }

  #current(): Handlers {
    const answer =
      (verb: string) =>
      (...args: unknown[]) =>
        (this.#handlers as Record<string, (...args: unknown[]) => unknown>)[verb]?.(...args)
    return Object.fromEntries(Object.keys(this.#handlers).map(verb => [verb, answer(verb)])) as Handlers
  }
}
