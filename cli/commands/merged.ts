// Log lines of several pods as one stream in order of time. It asks no host.

/** Entries of each stream are in order; so are those that come out. */
export async function* merged<Entry extends { time: string }>(
  streams: readonly AsyncIterable<readonly Entry[]>[],
): AsyncGenerator<Entry[]> {
  const heads = await Promise.all(streams.map(stream => new Head(stream).fill()))
  for (;;) {
    const left = heads.filter(head => head.first !== undefined)
    if (left.length === 0) return
    // What is not younger than the last known line of each stream is in its place whatever comes.
    const until = left.map(({ last }) => last).sort()[0] ?? ''
    const ready = left.flatMap(head => head.take(until))
    // Entries of one stream stay in their order where times are equal.
    yield ready.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    await Promise.all(left.map(head => head.fill()))
  }
}

/** What was read of a stream, and is not taken yet. */
class Head<Entry extends { time: string }> {
  #read: Entry[] = []
  #stream: AsyncIterator<readonly Entry[]>

  constructor(stream: AsyncIterable<readonly Entry[]>) {
    this.#stream = stream[Symbol.asyncIterator]()
  }

  get first(): string | undefined {
    return this.#read[0]?.time
  }

  get last(): string {
    return this.#read.at(-1)?.time ?? ''
  }

  /** Reads on if nothing is left. */
  async fill(): Promise<this> {
    while (this.#read.length === 0) {
      const { done, value } = await this.#stream.next()
      if (done) break
      this.#read = [...value]
    }
    return this
  }

  take(until: string): Entry[] {
    const later = this.#read.findIndex(({ time }) => time > until)
    return this.#read.splice(0, later === -1 ? this.#read.length : later)
  }
}
