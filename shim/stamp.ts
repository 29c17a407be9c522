// The time of a log line: wall clock with nine digits, its text made once a millisecond.

let originMs = performance.timeOrigin
let lastMs = 0
let textMs = 0
let text = ''

/**
 * Now, as a CRI log line has it. Within the process it does not go back, unless the clock is set back by more than a
 * second; and it is fine enough to put the lines of several processes in order.
 */
export function stamp(): string {
  const at = performance.now()
  const wallMs = Date.now()
  // The fine clock never hears of it when the wall clock is set.
  if (Math.abs(originMs + at - wallMs - 0.5) > 1) originMs = wallMs - at
  const nowMs = originMs + at
  if (nowMs > lastMs || lastMs - nowMs > 1000) lastMs = nowMs
  const wholeMs = Math.floor(lastMs)
  if (wholeMs !== textMs) {
    textMs = wholeMs
    text = new Date(wholeMs).toISOString().slice(0, 23)
  }
  return `${text}${String(Math.floor((lastMs - wholeMs) * 1e6)).padStart(6, '0')}Z`
}
