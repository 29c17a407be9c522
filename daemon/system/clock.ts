// The two kinds of time, behind a seam, so that tests can use their own.
import { awakeMs } from '../../protocol/deadline.ts'

export type Clock = {
  /**
   * Monotonic milliseconds in which the host ran: for everything that is waited for or measured. A deadline in this time
   * is no one's fault but those who had all of it.
   */
  nowMs(): number
  /** Wall clock milliseconds since 1970: for records and logs only. */
  wallMs(): number
}

export const systemClock: Clock = { nowMs: awakeMs, wallMs: () => Date.now() }

/** The time now, as records have it. */
export function timeText(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString()
}
