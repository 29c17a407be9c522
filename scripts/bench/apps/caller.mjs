// A pod that calls another as fast as it can, and measures.
let called
let bus
const seen = new Map()
let onSeen = () => {}
export default async (_params, given, p8a) => {
  called = p8a.pod('called')
  bus = given
  bus.subscribe('bench.seen', ({ run, seen: count }) => {
    seen.set(run, count)
    onSeen()
  })
}

/** One call after the other. */
export async function one(count) {
  for (let call = 0; call < count / 10; call++) await called.add(call, 2)
  const startMs = performance.now()
  for (let call = 0; call < count; call++) await called.add(call, 2)
  const tookMs = performance.now() - startMs
  return { perSecond: (count / tookMs) * 1000, latencyUs: (tookMs / count) * 1000 }
}

/** `width` calls, and the next as many when all are answered. */
export async function pipelined(count, width) {
  const round = () => Promise.all(Array.from({ length: width }, (_, call) => called.add(call, 2)))
  for (let call = 0; call < count / 10; call += width) await round()
  const startMs = performance.now()
  for (let call = 0; call < count; call += width) await round()
  return (count / (performance.now() - startMs)) * 1000
}

/** Reads a stream to its end, and looks at its memory on the way. */
export async function stream(count, size) {
  const startMs = performance.now()
  let [bytes, blocks, earlyRss] = [0, 0, 0]
  for await (const block of called.blocks(count, size)) {
    bytes += block.length
    if (++blocks === Math.floor(count / 4)) earlyRss = process.memoryUsage.rss()
  }
  const tookMs = performance.now() - startMs
  return { perSecond: bytes / 1e6 / (tookMs / 1000), grownMB: (process.memoryUsage.rss() - earlyRss) / 1e6 }
}

/** Publishes until every subscriber has seen all, never so far ahead of the slowest that anything is dropped. */
export async function publish(count, subscribers) {
  // Counts those that subscribe now: others may be gone since the last time.
  seen.clear()
  const slowest = () => (seen.size < subscribers ? 0 : Math.min(...seen.values()))
  while (seen.size < subscribers) {
    for (let event = 0; event < 100; event++) bus.publish('bench.event', { event })
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  const reached = limit =>
    new Promise(resolve => {
      onSeen = () => slowest() >= limit && resolve()
      onSeen()
    })
  const from = slowest()
  const startMs = performance.now()
  for (let event = 0; event < count; event += 1000) {
    for (let each = 0; each < 1000; each++) bus.publish('bench.event', { event })
    if (event >= 20_000) await reached(from + event - 20_000)
    else await new Promise(resolve => setImmediate(resolve))
  }
  await reached(from + count)
  return (count / (performance.now() - startMs)) * 1000
}
