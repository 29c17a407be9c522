// The workers of the host as a queue sees them: which pods they are, what their policy is, and which of their runs take items.
import type { PodStatus } from 'p8a'
import { refusal } from './item.ts'
import { type WorkPolicy, workPolicyOf } from './policy.ts'

export type WorkerRun = { id: string; slot: number }

export type Worker = {
  name: string
  policy: WorkPolicy
  /** Whether it is to be up; else its items wait until somebody starts it. */
  isWanted: boolean
  isAsleep: boolean
  status: PodStatus['status']
  /** How many runs are wanted. */
  scale: number
  /** Those that are up, by their slots. */
  up: readonly WorkerRun[]
  exports: readonly string[]
}

/** All workers among the pods of a host, by name. */
export function workersOf(pods: ReadonlyMap<string, PodStatus>): Map<string, Worker> {
  return new Map(
    [...pods.values()].flatMap(pod => (pod.config.kind === 'worker' ? [[pod.name, workerOf(pod)] as const] : [])),
  )
}

function workerOf(pod: PodStatus): Worker {
  const { name, config, want, status, scale, exports } = pod
  const up = pod.runs.flatMap(({ id, slot, state }) => (state === 'up' ? [{ id, slot }] : []))
  return {
    name,
    policy: workPolicyOf(config),
    isWanted: want === 'up',
    isAsleep: pod.asleepSince !== undefined,
    status,
    scale,
    up: up.sort((a, b) => a.slot - b.slot),
    exports,
  }
}

/**
 * The run that gets the next item: the one with the fewest, of these the one in the lowest slot, so that the highest are the first to
 * have nothing to do; never one that takes no calls any more, which the host has not told yet. Undefined where all have as many as they
 * may.
 */
export function pickRun(
  { up, policy }: Pick<Worker, 'up' | 'policy'>,
  {
    itemsOf,
    mostSlots,
    isGone,
  }: { itemsOf: (run: string) => number; mostSlots: number; isGone: (run: string) => boolean },
): string | undefined {
  let best: { id: string; items: number } | undefined
  for (const { id, slot } of up) {
    const items = itemsOf(id)
    if (slot >= mostSlots || items >= policy.concurrency || isGone(id)) continue
    if (!best || items < best.items) best = { id, items }
  }
  return best?.id
}

/** Why an item of a queue is not begun now, for as long as nobody does anything about it; undefined where nothing holds it back. */
export function heldBackBy(queue: string, worker: Worker | undefined, isPaused: boolean): string | undefined {
  if (isPaused) return `the queue of ${queue} is paused, until somebody resumes it`
  if (worker && !worker.isWanted) return `${queue} is stopped, until somebody starts it`
  if (worker && cannotStart(worker)) return `${queue} cannot start`
  return undefined
}

/** Whether none of its runs comes up. */
export function cannotStart({ status, up }: Pick<Worker, 'status' | 'up'>): boolean {
  return status === 'error' && up.length === 0
}

/** One that has never been up exports nothing that is known. @throws {Error} `function_not_found` */
export function checkExports({ name, exports }: Pick<Worker, 'name' | 'exports'>, fn: string): void {
  if (exports.length === 0 || exports.includes(fn)) return
  throw refusal(
    'function_not_found',
    `Cannot enqueue ${JSON.stringify(fn)} for pod ${JSON.stringify(name)}: it exports no such function`,
    `It exports: ${exports.join(', ')}`,
  )
}
