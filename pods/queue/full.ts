// Whether one more item may wait in a queue, by its own policy: what all may have, and what one producer may. What a quota leaves to the
// queues of a host is in room.ts.
import { type NewItem, refusal } from './item.ts'
import type { WorkPolicy } from './policy.ts'
import type { Store } from './store.ts'

/**
 * The error of an item for which there is no place, if so. So that one producer cannot fill the queue of all, the last tenth of it is for
 * those that have less than that waiting.
 */
export function noPlaceFor(
  { queue, producer }: Pick<NewItem, 'queue' | 'producer'>,
  { queueLimit, producerLimit }: Pick<WorkPolicy, 'queueLimit' | 'producerLimit'>,
  store: Pick<Store, 'countsOf' | 'waitingOf'>,
): Error | undefined {
  const { waiting, delayed, held } = store.countsOf(queue)
  const all = waiting + delayed + held
  if (all >= queueLimit) return full(queue, all, queueLimit)
  const kept = Math.floor(queueLimit / 10)
  const isAlmostFull = kept > 0 && all >= queueLimit - kept
  // To count those of one producer takes time.
  if (producer === undefined || (producerLimit === undefined && !isAlmostFull)) return undefined
  const own = store.waitingOf(queue, producer)
  if (producerLimit !== undefined && own >= producerLimit)
    return fullFor(producer, { queue, own, why: `its producerLimit is ${producerLimit}` })
  if (!isAlmostFull || own < kept) return undefined
  const why = `the last ${kept} places are for producers that have fewer than ${kept} (queueLimit ${queueLimit})`
  return fullFor(producer, { queue, own, why })
}

/** @param waiting how many wait, where `limit` may */
export function full(queue: string, waiting: number, limit: number): Error {
  return refusal(
    'queue_full',
    `Cannot enqueue for pod ${JSON.stringify(queue)}: ${waiting} items wait, and its queueLimit is ${limit}`,
    'Try again later; or let it have more runs (max), or a longer queue (queueLimit)',
  )
}

function fullFor(producer: string, { queue, own, why }: { queue: string; own: number; why: string }): Error {
  return refusal(
    'queue_full',
    `Cannot enqueue for pod ${JSON.stringify(queue)}: ${own} items of ${JSON.stringify(producer)} wait, and ${why}`,
    'Try again later: others may still enqueue',
  )
}
