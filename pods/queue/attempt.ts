// An attempt at an item: calls the function of a run, and says what came of it. It knows nothing of queues.
import type { P8a } from 'p8a'
import type { RunEnding } from './ends.ts'
import type { Item } from './item.ts'
import type { Outcome } from './law.ts'

export type Attempt = {
  item: Item
  run: string
  nowMs: number
  /** Gives it up. */
  signal: AbortSignal
  /** The run takes no calls any more. Resolves with how it ended: what one that was asked to end has not finished is nobody's fault. */
  onGone: () => Promise<RunEnding>
  maxResultBytes: number
  /** Takes what a generator yields, value by value. */
  onValue: (value: unknown) => Promise<void>
}

export async function attempt(p8a: Pick<P8a, 'pod'>, of: Attempt): Promise<Outcome> {
  const { item, run, signal, nowMs } = of
  const leftMs = Math.min(item.timeoutMs, (item.deadlineMs ?? Number.POSITIVE_INFINITY) - nowMs)
  try {
    // A queue that comes after this one finds the same attempt again.
    const once = `${item.queue}/${item.id}/${item.attempt}`
    const called = p8a.pod(run, { timeout: Math.max(1, leftMs), signal, once, each: of.onValue })[item.fn]
    const result = JSON.stringify((await called?.(...(JSON.parse(item.args) as unknown[]))) ?? null)
    const bytes = Buffer.byteLength(result)
    return { how: 'returned', result: bytes <= of.maxResultBytes ? result : tooLong(bytes) }
  } catch (error) {
    return await failed(error as Error & { code?: string; facts?: Record<string, unknown> }, of)
  }
}

async function failed(
  { code, message, facts }: Error & { code?: string; facts?: Record<string, unknown> },
  { item, run, onGone }: Attempt,
): Promise<Outcome> {
  switch (code) {
    case 'call_failed':
      return { how: 'threw', error: typeof facts?.name === 'string' ? `${facts.name}: ${message}` : message }
    case 'timeout':
      return { how: 'late', error: `${run} did not finish ${item.fn}() in its time` }
    case 'pod_not_up':
    case 'run_not_found':
    case 'pod_not_found': {
      const ending = await onGone()
      // What never reached its run is no attempt. Whatever loses a call on its way to a run tells whether that may have it (`delivered`):
      // the connection of two runs, and the host where it stands between. Without that, it is a refusal from before there was a run.
      if (facts?.delivered !== true || ending === 'asked') return { how: 'untouched' }
      return { how: 'broke', error: `${run} ended before it was finished` }
    }
    case 'host_gone':
      return { how: 'untouched' }
    case 'aborted':
      return { how: 'canceled', error: 'It was canceled' }
    default:
      return { how: 'refused', error: message }
  }
}

/** A result that cannot be kept is no reason to do the work again. */
function tooLong(bytes: number): string {
  return JSON.stringify({ tooLong: bytes })
}
