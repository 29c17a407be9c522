// How long an authority would like to be left alone: the header Retry-After (RFC 9110, 10.2.3), as seconds or as a date.

const dayMs = 24 * 60 * 60 * 1000

/** What an authority says is believed for so long. */
export const longestHoldMs = 7 * dayMs

/** @returns undefined where it says nothing, or nothing that can be read */
export function retryAfterMs(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return ms > 0 ? Math.min(ms, longestHoldMs) : undefined
}
