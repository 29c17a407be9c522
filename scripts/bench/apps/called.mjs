// A pod that others call, stream from, and send events to.
let own
let bus
let seen = 0
export default async (_params, given, p8a) => {
  own = p8a
  bus = given
  bus.subscribe('bench.event', () => {
    seen++
    if (seen % 1000 === 0) bus.publish('bench.seen', { run: own.run, seen })
  })
}
export const add = (a, b) => a + b
export async function* blocks(count, size) {
  const text = 'x'.repeat(size)
  for (let block = 0; block < count; block++) yield text
}
export const rss = () => process.memoryUsage.rss()
