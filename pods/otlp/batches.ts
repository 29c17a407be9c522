// Puts together what comes one by one. It holds one batch, and asks for nothing more while that is worked on.

/** A batch is over when it has so many, or so much, or when nothing came for so long after its first. */
export type BatchLimits<T> = { most: number; mostSize: number; waitMs: number; sizeOf(item: T): number }

export async function* batches<T>(
  items: AsyncIterable<T>,
  limits: BatchLimits<T>,
): AsyncGenerator<T[], void, undefined> {
  const { most, mostSize, waitMs, sizeOf } = limits
  const iterator = items[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    while (true) {
      const first = await next
      if (first.done) return
      const batch = [first.value]
      let size = sizeOf(first.value)
      next = iterator.next()
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => resolve(undefined), waitMs)
      while (batch.length < most && size < mostSize) {
        const more = await Promise.race([next, late]).catch(() => undefined)
        // What is wrong, and the end, are told to whoever takes the next batch.
        if (!more || more.done) break
        batch.push(more.value)
        size += sizeOf(more.value)
        next = iterator.next()
      }
      clearTimeout(timer)
      yield batch
    }
  } finally {
    next.catch(() => {})
    // It waits for what is under way, which may take for ever.
    void iterator.return?.()?.catch(() => {})
  }
}
