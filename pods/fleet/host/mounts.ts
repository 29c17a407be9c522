// The namespaces of a fleet on this host: the path of the fleet, and within it that of the host, in which its pods are. They outlive a member
// that goes over to another engine: what is asked there is then answered by the next one.
import type { Handlers, OwnVerbs, P8a } from 'p8a'
import { fleetError } from './errors.ts'

/** Verbs that tell for as long as somebody listens. */
const telling = ['watch', 'logs', 'events']

type Verbs = Record<string, (...args: unknown[]) => unknown>
type Listening = { signal: AbortSignal }

export class Mounts {
  readonly own: OwnVerbs
  #handlers: Handlers
  #closings: (() => unknown)[]
  /** Aborted once others answer. */
  #over = new AbortController()

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
    const over = this.#over
    this.#over = new AbortController()
    over.abort()
  }

  async close(): Promise<void> {
    for (const close of this.#closings) await close()
  }

  #current(): Handlers {
    const answer = (verb: string) =>
      telling.includes(verb)
        ? (asked: Listening) => this.#told(verb, asked)
        : (...args: unknown[]) => (this.#handlers as Verbs)[verb]?.(...args)
    return Object.fromEntries(Object.keys(this.#handlers).map(verb => [verb, answer(verb)])) as Handlers
  }

  /** A watch goes on with all that the next member knows. Whoever reads lines or events asks again, behind the last one. */
  async *#told(verb: string, asked: Listening): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      const over = this.#over.signal
      const signal = AbortSignal.any([asked.signal, over])
      yield* (this.#handlers as Verbs)[verb]?.({ ...asked, signal }) as AsyncIterable<unknown>
      if (asked.signal.aborted || !over.aborted) return
      if (verb !== 'watch') throw fleetError('host_gone', 'The fleet is at another engine now: ask again')
    }
  }
}
