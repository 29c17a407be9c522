// The policy of a worker, with every default filled in: what its config says of its queue and of its runs.
import type { PodStatus } from 'p8a'

export type WorkPolicy = {
  /** How many items a run has at a time. */
  concurrency: number
  /** Between how many runs there are; 0: it sleeps when there is nothing to do. */
  min: number
  max: number
  /** There is a run for each so many that wait. */
  growAt: number
  /** How long a run may be without an item before it is ended. */
  shrinkAfterMs: number
  /** How many items may wait. */
  queueLimit: number
  /** How many items of one producer may wait; undefined: as many as of all, but for the last tenth. */
  producerLimit: number | undefined
  itemRetries: number
  itemBackoffMs: number
  itemTimeoutMs: number
  /** How much memory a run may take; undefined: it does not say. */
  runBytes: number | undefined
}

/** The longest time between two attempts. */
export const maxBackoffMs = 300_000

/** @param config as a status has it: durations are milliseconds */
export function workPolicyOf(config: PodStatus['config']): WorkPolicy {
  const min = config.min ?? 0
  return {
    concurrency: config.concurrency ?? 1,
    min,
    max: Math.max(config.max ?? 10, min, 1),
    growAt: config.growAt ?? 10,
    shrinkAfterMs: config.shrinkAfter ?? 60_000,
    queueLimit: config.queueLimit ?? 10_000,
    producerLimit: config.producerLimit,
    itemRetries: config.itemRetries ?? 2,
    itemBackoffMs: config.itemBackoff ?? 1000,
    itemTimeoutMs: config.itemTimeout ?? 600_000,
    runBytes: config.limits?.memory ?? config.limits?.memoryMax,
  }
}
