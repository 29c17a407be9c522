// What a called function finds as `this`.
import type { CallContext } from '../../protocol/author.ts'
import { LateSignal } from '../../protocol/channel/late-signal.ts'

export class Calling implements CallContext {
  readonly caller: string | undefined
  readonly deadlineMs: number | undefined
  readonly once: string | undefined
  /** Aborted when the caller no longer waits. */
  readonly leaving: LateSignal

  /**
   * @param caller the run that calls; undefined for a client of the host
   * @param options.timeoutMs how long the caller waits from now on
   */
  constructor(
    caller: string | undefined,
    {
      timeoutMs,
      once,
      leaving = new LateSignal(),
    }: { timeoutMs?: number | undefined; once?: string | undefined; leaving?: LateSignal | undefined },
  ) {
    this.caller = caller
    this.deadlineMs = timeoutMs === undefined ? undefined : Date.now() + timeoutMs
    this.once = once
    this.leaving = leaving
  }

  get signal(): AbortSignal {
    return this.leaving.signal
  }
}
