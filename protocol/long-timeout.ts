// A timeout of any length. Node waits at most 2^31 - 1 ms, some 24 days, and turns a longer timeout into 1 ms.

/** The longest single wait. */
export const longestMs = 2 ** 31 - 1

/**
 * As `setTimeout`, for any length; the timer is cleared, refreshed and unref'd like any other.
 * @param options.longestMs the longest single wait; default: Node's maximum
 */
export function longTimeout(
  work: () => void,
  ms: number,
  { longestMs: longest = longestMs }: { longestMs?: number } = {},
): NodeJS.Timeout {
  if (ms <= longest) return setTimeout(work, ms)
  const rounds = Math.ceil(ms / longest)
  let left = rounds
  const onRound = () => {
    left -= 1
    if (left > 0) nextRound()
    else work()
  }
  const timer = setTimeout(onRound, Math.ceil(ms / rounds))
  const nextRound = timer.refresh.bind(timer)
  timer.refresh = () => {
    left = rounds
    return nextRound()
  }
  return timer
}

/** Waits for `ms`, or until `signal` is aborted. */
export async function longDelay(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal?.aborted) return
  const timer = longTimeout(resolve, ms)
  const onAbort = () => resolve()
  signal?.addEventListener('abort', onAbort)
  await promise
  signal?.removeEventListener('abort', onAbort)
  clearTimeout(timer)
}

/** The longest timeout that code with timers of its own can take, such as a socket. */
export function atMost24Days(ms: number): number {
  return Math.min(ms, longestMs)
}
