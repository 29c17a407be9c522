// What is told of a queue: how much is in it, how old, and how many runs it has and why.

import type { Counts } from './counts.ts'
import type { Growing } from './growing.ts'
import type { Queues } from './queues.ts'
import type { Rates } from './rates.ts'
import type { Store } from './store.ts'
import { cannotStart, type Worker } from './workers.ts'

export type QueueStatus = {
  name: string
  counts: Counts
  isPaused: boolean
  /** How many items came and ended in the last minute, as far as this queue has been up. */
  rates: Rates
  /** How long that waits which waits longest. */
  oldestMs?: number
  /** Of the worker; a queue whose pod is gone has none. */
  worker?: { status: string; runs: number; scale: number; isAsleep: boolean; why: string }
}

/** @throws {Error} `pod_not_found` for a queue that there is not */
export function statusesOf(
  { queues, growing, store }: { queues: Queues; growing: Growing; store: Store },
  name: string | undefined,
  nowMs: number,
): QueueStatus[] {
  const { workers } = queues
  const whyOf = (worker: Worker) => {
    if (!worker.isWanted) return 'it is stopped: its items wait until it is started'
    return cannotStart(worker) ? 'it cannot start: its items wait until it can' : growing.growth(worker).why
  }
  const names = [...new Set([...workers.keys(), ...store.queues])].filter(one => {
    return one === name || (name === undefined && (workers.has(one) || hasItems(store.countsOf(one))))
  })
  if (name !== undefined && names.length === 0)
    throw Object.assign(new Error(`There is no worker ${JSON.stringify(name)}`), { code: 'pod_not_found' })
  return names.sort().map(one => {
    const worker = workers.get(one)
    const oldest = store.oldestMs(one)
    return {
      name: one,
      counts: { ...store.countsOf(one) },
      isPaused: store.isPaused(one),
      rates: queues.rates.of(one, nowMs),
      ...(oldest !== undefined && { oldestMs: Math.max(0, nowMs - oldest) }),
      ...(worker && {
        worker: {
          status: worker.isAsleep ? 'asleep' : worker.status,
          runs: worker.up.length,
          scale: worker.isAsleep ? 0 : worker.scale,
          isAsleep: worker.isAsleep,
          why: whyOf(worker),
        },
      }),
    }
  })
}

function hasItems(counts: Counts): boolean {
  return Object.values(counts).some(count => count > 0)
}
