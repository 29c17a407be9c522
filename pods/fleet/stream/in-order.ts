// Several streams as one, in order of time, holding one item of each. Each has its own items in order, or nearly so.

/** @param options.failed takes the error of a stream that breaks off; the others go on */
export async function* inOrder<T extends { time: string }>(
  streams: readonly AsyncIterable<T>[],
  { failed }: { failed: (error: unknown, at: number) => void },
): AsyncGenerator<T, void, undefined> {
  const iterators = streams.map(stream => stream[Symbol.asyncIterator]())
  const next = async (at: number): Promise<T | undefined> => {
    try {
      const { value, done } = (await iterators[at]?.next()) ?? { value: undefined, done: true }
      return done ? undefined : value
    } catch (error) {
      failed(error, at)
      return undefined
    }
  }
  try {
    const heads: (T | undefined)[] = await Promise.all(iterators.map((_, at) => next(at)))
    for (;;) {
      let first = -1
      for (const [at, head] of heads.entries())
        if (head && (first < 0 || head.time < (heads[first]?.time ?? ''))) first = at
      const head = heads[first]
      if (!head) return
      yield head
      heads[first] = await next(first)
    }
  } finally {
    // What they throw then concerns nobody.
    for (const iterator of iterators) void iterator.return?.()?.catch(() => {})
  }
}
