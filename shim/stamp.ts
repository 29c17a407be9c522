// The time of a log line: wall clock with nine digits, its text made once a millisecond.

let tickMs = 0
let tickAt = 0
let tickText = ''

/** Now, as a CRI log line has it. Grows within a millisecond even where the wall clock has no finer digits. */
export function stamp(): string {
  const ms = Date.now()
  const at = performance.now()
  if (ms !== tickMs) {
    tickMs = ms
    tickAt = at
    tickText = new Date(ms).toISOString().slice(0, 23)
  }
  const nanoseconds = Math.min(999_999, Math.floor((at - tickAt) * 1e6))
  return `${tickText}${String(nanoseconds).padStart(6, '0')}Z`
}
