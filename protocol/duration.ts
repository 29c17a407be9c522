// How durations are written: milliseconds, or a number with its unit.

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The most a duration may be: what a timer of Node can wait, about 24 days. */
export const maxDurationMs = 2 ** 31 - 1

/** Milliseconds of `1500`, `'1500ms'`, `'10s'`, `'2m'`, `'1h'`, `'1d'`; undefined where it is no duration. */
export function durationMs(value: number | string, mostMs = maxDurationMs): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(value) : undefined
  const ms =
    typeof value === 'number' ? value : match ? Number(match[1]) * units[(match[2] as 's' | undefined) ?? 'ms'] : NaN
  return ms >= 0 && ms <= mostMs ? Math.round(ms) : undefined
}
