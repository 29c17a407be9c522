// Lengths of time as units of systemd have them.

const unitsMs: readonly [names: RegExp, ms: number][] = [
  [/^(ms|msec)$/, 1],
  [/^(|s|sec|second|seconds)$/, 1000],
  [/^(m|min|minute|minutes)$/, 60_000],
  [/^(h|hr|hour|hours)$/, 3_600_000],
  [/^(d|day|days)$/, 86_400_000],
]

/** @returns milliseconds; 0 for one without an end; undefined if it is no length of time */
export function unitSpanMs(text: string): number | undefined {
  const plain = text.trim()
  if (plain === 'infinity') return 0
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]*\s*)+$/.test(plain)) return undefined
  let sum = 0
  for (const [, count = '', unit = ''] of plain.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const known = unitsMs.find(([names]) => names.test(unit))
    if (!known) return undefined
    sum += Number(count) * known[1]
  }
  return Math.round(sum)
}
