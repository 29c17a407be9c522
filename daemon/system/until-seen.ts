// Looks again while the system cannot tell: what cannot be seen now is not absent.

import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import { isBusy } from './room.ts'

const againMs = 250

export type Looking = {
  /** Whether nobody wants to know it any more. */
  isOver: () => boolean
  /** For how long, in ms; where the system is merely short of something it is for as long as that lasts. */
  forMs: number
  /** Called for the first look that failed. */
  onFailed: (error: Error) => void
}

/** @returns what was seen, or why it cannot be */
export async function untilSeen<T>(
  look: () => Promise<T>,
  { isOver, forMs, onFailed }: Looking,
): Promise<{ seen: T } | { unseen: Error }> {
  const giveUpAtMs = monotonicMs() + forMs
  for (let looks = 1; ; looks++) {
    try {
      return { seen: await look() }
    } catch (error) {
      if (looks === 1) onFailed(error as Error)
      if (isOver() || (!isBusy(error) && monotonicMs() >= giveUpAtMs)) return { unseen: error as Error }
    }
    await delay(againMs)
  }
}
