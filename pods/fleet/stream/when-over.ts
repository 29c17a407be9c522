// Values, and what is done once they are over: at their end, by an error, or because they are left, also before the first one was taken. A
// generator that is left before it has begun does nothing, not even what is in its `finally`.

/** @param over is called once */
export function whenOver<T>(values: AsyncIterable<T>, over: () => unknown): AsyncIterableIterator<T> {
  const iterator = values[Symbol.asyncIterator]()
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    over()
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const next = await iterator.next()
        if (next.done) end()
        return next
      } catch (error) {
        end()
        throw error
      }
    },
    async return() {
      end()
      await iterator.return?.()
      return { value: undefined, done: true }
    },
  }
}
