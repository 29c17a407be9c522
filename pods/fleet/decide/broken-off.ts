// Which uploads were broken off: those without an end to which nothing has come for long. Time is that of whoever looks, as no two clocks agree. Pure.

/** How many parts an upload had, and since when it has had no more. */
export type Stood = { parts: number; sinceMs: number }

/**
 * @param parts how many of each upload without an end are there
 * @param before what was returned when it was looked last
 */
export function brokenOff(
  parts: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, Stood>,
  { nowMs, afterMs }: { nowMs: number; afterMs: number },
): { stood: Map<string, Stood>; due: string[] } {
  const stood = new Map<string, Stood>()
  for (const [upload, count] of parts) {
    const last = before.get(upload)
    stood.set(upload, last?.parts === count ? last : { parts: count, sinceMs: nowMs })
  }
  const due = [...stood].filter(([, { sinceMs }]) => nowMs - sinceMs >= afterMs).map(([upload]) => upload)
  return { stood, due }
}
