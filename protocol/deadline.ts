// Deadlines that count only the time in which this process ran, and that come after everything that has arrived was
// read. A process can be frozen for seconds (SIGSTOP, a paused machine, a blocked loop); then its timers are late, the
// answers that it waits for lie unread, and nobody else is to blame.
import { longestMs } from './long-timeout.ts'

/** A timer that is later than this was kept from running. */
const slackMs = 50
/** A deadline waits in so many steps, so that a freeze is noticed, and takes at most one step from those who have to answer. */
const mostSteps = 8
const leastStepMs = 100

/** For how long this process did not run, as far as its deadlines have noticed, and until when that is counted. */
let frozenMs = 0
let countedUntilMs = 0

/** Monotonic milliseconds in which this process ran. They stand still while it is frozen and a deadline is under way. */
export function awakeMs(): number {
  return monotonicMs() - frozenMs
}

/**
 * Calls `onLate` once this process has run for `ms`, unless the timer is cleared; any length will do. Meanwhile all that
 * has arrived is read.
 */
export function deadline(onLate: () => void, ms: number): NodeJS.Timeout {
  const steps = Math.max(1, Math.min(mostSteps, Math.floor(ms / leastStepMs)), Math.ceil(ms / longestMs))
  const stepMs = Math.min(longestMs, Math.ceil(ms / steps))
  let left = steps
  let dueMs = monotonicMs() + stepMs
  const onStep = () => {
    const wasLate = wasFrozenSince(dueMs)
    left -= 1
    // A late timer may come before what has arrived is read. So there is one more step, but no second one.
    if (left > 0 || (left === 0 && wasLate)) {
      dueMs = monotonicMs() + stepMs
      return
    }
    clearInterval(timer)
    onLate()
  }
  const timer = setInterval(onStep, stepMs)
  const restart = timer.refresh.bind(timer)
  timer.refresh = () => {
    left = steps
    dueMs = monotonicMs() + stepMs
    return restart()
  }
  return timer
}

/** A signal that is aborted after `ms`, by a {@link deadline} that keeps no process alive. */
export function deadlineSignal(ms: number): AbortSignal {
  const ending = new AbortController()
  deadline(() => ending.abort(new DOMException('The time is up', 'TimeoutError')), ms).unref()
  return ending.signal
}

/** Counts the time since a timer was due, unless it is counted already. @returns whether it was late */
function wasFrozenSince(dueMs: number): boolean {
  const nowMs = monotonicMs()
  if (nowMs - dueMs <= slackMs) return false
  frozenMs += nowMs - Math.max(dueMs, countedUntilMs)
  countedUntilMs = nowMs
  return true
}

/** Not `performance.now()`: loading that takes a millisecond and 0.8 MB, in every pod and host. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
