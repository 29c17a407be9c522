// The two kinds of time, behind a seam, so that tests can use their own.

export type Clock = {
  /** Monotonic milliseconds: for everything that is waited for or measured. */
  nowMs(): number
  /** Wall clock milliseconds since 1970: for records and logs only. */
  wallMs(): number
}

export const systemClock: Clock = { nowMs: () => performance.now(), wallMs: () => Date.now() }

/** The time now, as records have it. */
export function timeText(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString()
}
