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
  const iterator = values[Symbol.asyncIterator]()
  const { signal } = channel.leaving
  // A generator that waits for something ends when that has come. Nobody hears of an error that it throws then.
  const leave = () => void Promise.resolve(iterator.return?.()).catch(() => {})
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    while (channel.hasRoom || (await channel.room())) {
      const { value, done } = await next()
      if (signal.aborted) return false
      if (done) return true
      send(value)
    }
    return false
  } finally {
    signal.removeEventListener('abort', leave)
  }

  async function next(): Promise<IteratorResult<unknown>> {
    try {
      return await iterator.next()
    } catch (error) {
      throw toError(error)
    }
  }

  function send(value: unknown): void {
    try {
      channel.put(value)
    } catch (error) {
      leave()
      throw error
    }
  }
}
