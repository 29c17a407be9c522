// Sends the values of a generator: it takes them only as the other side does, and ends the generator when the other
// side takes no more.
import type { Channel } from './channel.ts'

/**
 * Resolves to whether the generator came to its end by itself; the caller tells the other side.
 * @param options.toError turns what the generator throws into what is thrown here
 * @throws as {@link Channel.put}
 */
export async function pump(
  values: AsyncIterable<unknown>,
  channel: Channel,
  { toError = error => error }: { toError?: (error: unknown) => unknown } = {},
): Promise<boolean> {
  channel.begin()
  const source = new Source(values, toError)
  const { signal } = channel.leaving
  const leave = () => source.leave()
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    while (channel.hasRoom || (await channel.room())) {
      const { value, done } = await source.next()
      if (signal.aborted) return false
      if (done) return true
      channel.put(value)
    }
    return false
  } catch (error) {
    // A value that cannot be sent, or the end of the generator by an error: then there is nothing left to leave.
    leave()
    throw error
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** The values of a generator, which may be left before its end. */
class Source {
  #iterator: AsyncIterator<unknown>
  #toError: (error: unknown) => unknown

  constructor(values: AsyncIterable<unknown>, toError: (error: unknown) => unknown) {
    this.#iterator = values[Symbol.asyncIterator]()
    this.#toError = toError
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      return await this.#iterator.next()
    } catch (error) {
      throw this.#toError(error)
    }
  }

  /** A generator that waits for something ends when that has come. Nobody hears of an error that it throws then. */
  leave(): void {
    void Promise.resolve(this.#iterator.return?.()).catch(() => {})
  }
}
