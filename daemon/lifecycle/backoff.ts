// How long to wait before the next attempt.

const firstDelayMs = 250
const maxDelayMs = 30_000

/**
 * The delay after `failures` attempts in a row failed: none after the first, then from 250 ms doubling to 30 s.
 * @param jitter 0 to 1: takes off up to a quarter, so that pods that failed together do not retry together
 */
export function retryDelayMs(failures: number, jitter: number): number {
  if (failures <= 1) return 0
  const whole = Math.min(firstDelayMs * 2 ** (failures - 2), maxDelayMs)
  return Math.max(firstDelayMs, Math.round(whole * (1 - jitter / 4)))
}
