// The answers that are on their way to clients. A host that ends waits for them. It knows no transport.
import { deadline } from '../../protocol/deadline.ts'

/** A connection, or a request over HTTP. */
export type Answering = {
  /** Whether a client waits here for an answer that comes by itself, and soon: not for a stream, not for news. */
  readonly isAnswering: boolean
}

export class Answers {
  #all = new Set<Answering>()
  #onSent = new Set<() => void>()

  /** @returns a function that removes it when it is gone */
  add(answering: Answering): () => void {
    this.#all.add(answering)
    return () => {
      this.#all.delete(answering)
      this.onSent()
    }
  }

  /** One of them has sent an answer. */
  onSent(): void {
    for (const listener of [...this.#onSent]) listener()
  }

  /** Resolves once there is no answer on its way, or the time is up. */
  async sent({ withinMs }: { withinMs: number }): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (![...this.#all].some(({ isAnswering }) => isAnswering)) resolve()
    }
    this.#onSent.add(look)
    const late = deadline(resolve, withinMs)
    look()
    await promise
    clearTimeout(late)
    this.#onSent.delete(look)
  }
}
