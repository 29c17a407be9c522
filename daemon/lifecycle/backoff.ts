// How long to wait before the next attempt.

const firstDelayMs = 250
const maxDelayMs = 5 * 60_000
/** A machine without room may have some again at any moment, and an attempt costs little. */
const maxRoomDelayMs = 30_000
/** Where only somebody else can help, as with a folder that is not there. */
const firstSlowDelayMs = 30_000

/**
 * The delay after `failures` attempts in a row failed: none after the first, then from 250 ms doubling to five minutes.
 * @param jitter 0 to 1: takes off up to a quarter, so that pods that failed together do not retry together
 */
export function retryDelayMs(failures: number, jitter: number): number {
  return failures <= 1 ? 0 : doubled(firstDelayMs, { times: failures - 2, maxMs: maxDelayMs, jitter })
}

/** The delay after `waits` attempts in a row found no room: at most 30 s. */
export function roomDelayMs(waits: number, jitter: number): number {
  return waits <= 1 ? 0 : doubled(firstDelayMs, { times: waits - 2, maxMs: maxRoomDelayMs, jitter })
}

/** The delay after an attempt whose outlook is `slow`: from 30 s doubling to five minutes. */
export function slowDelayMs(failures: number, jitter: number): number {
  return doubled(firstSlowDelayMs, { times: failures - 1, maxMs: maxDelayMs, jitter })
}

function doubled(firstMs: number, { times, maxMs, jitter }: { times: number; maxMs: number; jitter: number }): number {
  const whole = Math.min(firstMs * 2 ** times, maxMs)
  return Math.max(firstDelayMs, Math.round(whole * (1 - jitter / 4)))
}
