// A pod that enqueues as fast as it is answered.
let queue
let keeper
export default (_params, _bus, p8a) => {
  queue = p8a.queue
  keeper = p8a.pod('queue', { timeout: '2m' })
}

/** @returns how long it took until all were stored, in milliseconds */
export const make = async (count, producers) => {
  const items = queue('items')
  const startMs = performance.now()
  let made = 0
  const produce = async () => {
    while (made++ < count) await items.work()
  }
  await Promise.all(Array.from({ length: producers }, produce))
  return performance.now() - startMs
}

export const late = async () => await queue('items', { wait: true }).late(Number(process.hrtime.bigint()) / 1e6)
export const hold = async id => await queue('items', { id }).hold()
/** `addAll` of the queue itself: a thousand at a time. */
export const fill = async thousands => {
  const all = Array.from({ length: 1000 }, () => ({ queue: 'items', fn: 'work', args: [] }))
  for (let n = 0; n < thousands; n++) await keeper.addAll(all)
}
