// How durations are written: milliseconds, or a number with its unit.

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The most a duration may be: a hundred years. */
export const maxDurationMs = 100 * 365 * 86_400_000

/**
 * Milliseconds of `1500`, `'1500ms'`, `'10s'`, `'2m'`, `'1h'`, `'30d'`; undefined if it is not a duration, or longer
 * than `mostMs`.
 */
export function durationMs(value: number | string, mostMs = maxDurationMs): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(value) : undefined
  const ms =
    typeof value === 'number' ? value : match ? Number(match[1]) * units[(match[2] as 's' | undefined) ?? 'ms'] : NaN
  return ms >= 0 && ms <= mostMs ? Math.round(ms) : undefined
}

/** Why `value` is not a usable duration; undefined if it is one. */
export function durationProblem(value: number | string): string | undefined {
  if (durationMs(value) !== undefined) return undefined
  if (durationMs(value, Number.POSITIVE_INFINITY) !== undefined) return 'is longer than 36500d, which is the most'
  return 'is not a duration: write milliseconds, or a text such as "10s" or "2m"'
}
