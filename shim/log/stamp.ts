// The time of a log line: the wall clock with nine digits. Its text is made once a millisecond.

/** `text` has the digits down to the millisecond, `2026-11-20T10:00:00.123`; `nanoseconds` are those within it. */
export type Moment = { wholeMs: number; text: string; nanoseconds: number }

/** Node loads its fine clock when it is first used: at the first line. */
let originMs: number | undefined
let lastMs = 0
/** Two clocks that were asked within this time were asked at once. */
const togetherMs = 0.5
/** How often both are asked until that is so. */
const mostTries = 20
/** How far the clock must be set back for times to go back. */
const backMs = 1000
let back = 0
const moment: Moment = { wholeMs: 0, text: '', nanoseconds: 0 }

/**
 * The time now. Within the process it does not go back, unless the clock is set back by more than a second. It is fine
 * enough to order the lines of several processes.
 * @returns the same object each time, since a line should leave no garbage
 */
export function now(): Readonly<Moment> {
  const at = performance.now()
  originMs ??= performance.timeOrigin
  let nowMs = originMs + at
  if (Math.floor(nowMs) !== moment.wholeMs) {
    // The fine clock does not notice when the wall clock is set. Asking once a millisecond is enough.
    if (isOff(nowMs, Date.now())) originMs = readOrigin(originMs)
    nowMs = originMs + at
  }
  if (lastMs - nowMs > backMs) back += 1
  if (nowMs > lastMs || lastMs - nowMs > backMs) lastMs = nowMs
  const wholeMs = Math.floor(lastMs)
  if (wholeMs !== moment.wholeMs) {
    moment.wholeMs = wholeMs
    moment.text = new Date(wholeMs).toISOString().slice(0, 23)
  }
  moment.nanoseconds = Math.floor((lastMs - wholeMs) * 1e6)
  return moment
}

/** Whether the wall clock, which has whole milliseconds, says another time. */
function isOff(nowMs: number, wallMs: number): boolean {
  return Math.abs(nowMs - wallMs - 0.5) > 1
}

/** Whoever was interrupted between both clocks would take that for a wall clock that was set. @param known holds unless it was */
function readOrigin(known: number): number {
  for (let tries = 0; tries < mostTries; tries++) {
    const at = performance.now()
    const wallMs = Date.now()
    if (performance.now() - at < togetherMs) return isOff(known + at, wallMs) ? wallMs - at : known
  }
  return known
}

/** The time of the last line. @returns the same object each time */
export function last(): Readonly<Moment> {
  return moment
}

/** How often the times of lines have gone back, as of the last line. */
export function timesBack(): number {
  return back
}

/** The time now, as a CRI log line has it. */
export function stamp(): string {
  const { text, nanoseconds } = now()
  return `${text}${String(nanoseconds).padStart(6, '0')}Z`
}
