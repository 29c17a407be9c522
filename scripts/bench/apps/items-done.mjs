// A worker that does nothing, a thousand times a second: what an item costs beside its work.
import ring from './ring.js'

export const config = { kind: 'worker', concurrency: 16, max: 4, shrinkAfter: '10m', queueLimit: 10_000_000 }

let settings
export default params => {
  settings = params
}

export const work = () => {}
/** How long ago an item was enqueued, by the clock that all processes of a machine share. */
export const late = sentMs => Number(process.hrtime.bigint()) / 1e6 - sentMs
/** Says that it has begun, and does not end by itself. */
export const hold = async () => {
  ring(settings, 'begun')
  await new Promise(resolve => setTimeout(resolve, 3000))
}
