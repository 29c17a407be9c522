// What a run has started gets the same time to end as the run: while a run is being stopped, its end counts only once
// nothing is left of it, or its time is up.

import { setTimeout as delay } from 'node:timers/promises'
import type { StopTo } from '../../protocol/config.ts'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { LiveRun } from './live-run.ts'

/** How often to look, at first and at most. */
const firstLookMs = 5
const lookMs = 100

/**
 * Resolves once nothing is left that a run had started, whose process has ended.
 * @param options.signal what asks it to end @param options.to to whom that is sent
 * @param options.isStopping whether it is being stopped still, and nothing is to be killed yet
 */
export async function awaitRest(
  { process }: LiveRun,
  { signal, to, stopMs, isStopping }: { signal: NodeJS.Signals; to: StopTo; stopMs: number; isStopping: () => boolean },
): Promise<void> {
  if (!isStopping() || !(await hasRest())) return
  // It ended before it was sent any signal, and so were the others not.
  if (process.lastSignal === undefined) await process.signal(signal, { to }).catch(() => {})
  const giveUpAtMs = monotonicMs() + stopMs
  for (let waitMs = firstLookMs; isStopping() && monotonicMs() < giveUpAtMs; waitMs = Math.min(2 * waitMs, lookMs)) {
    await delay(waitMs)
    if (!(await hasRest())) return
  }

  /** If that cannot be seen now, they are not waited for: all of them are killed in the end. */
  async function hasRest(): Promise<boolean> {
    return await process.hasRest().catch(() => false)
  }
}
