// Before a run is asked to end: what it has under way may end first.
import { awakeMs } from '../protocol/deadline.ts'

/** How often to look whether the last call is over. */
const lookMs = 20

/** Resolves once nothing is under way by `busy`, or `timeoutMs` are over. */
export async function drained(busy: () => number, timeoutMs: number): Promise<void> {
  const lateMs = awakeMs() + timeoutMs
  while (busy() > 0 && awakeMs() < lateMs) {
    await new Promise(resolve => setTimeout(resolve, Math.min(lookMs, timeoutMs)))
  }
}
