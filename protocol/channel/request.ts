// A request that this side has made: its outcome, and what gives it up before that.

import { deadline } from '../deadline.ts'
import { P8aError } from '../errors.ts'
import type { Channel } from './channel.ts'

/** The outcome of a request: one value, or a channel whose values come before its end. */
export type Answer<Value = unknown> = { value: Value } | { stream: Channel }

export type RequestOptions = {
  /** How long the answer, or the beginning of a stream, may take. */
  timeoutMs?: number | undefined
  /** Gives the request up, at any time until it is over. */
  signal?: AbortSignal | undefined
  /** Whether the process is kept alive until it is over; not where nobody waits for an end. Default: true */
  keeps?: boolean | undefined
  /**
   * Adds to an error what was asked for. The error comes from the other side, or from the way there. Default: the error
   * as it is.
   */
  explain?: ((error: P8aError) => P8aError) | undefined
}

export class Request {
  readonly channel: Channel
  /** @throws {P8aError} what the other side answers, `timeout`, `aborted` by the signal, or why the other side is gone */
  readonly answer: Promise<Answer>
  #resolve: (answer: Answer) => void
  #reject: (error: unknown) => void
  #explain: (error: P8aError) => P8aError
  #check: ((answer: unknown) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * @param channel the opener's side
   * @param options.check throws for an answer that makes no sense. Default: each is taken
   */
  constructor(
    channel: Channel,
    options: RequestOptions & { method: string; check?: ((answer: unknown) => void) | undefined },
  ) {
    const { method, timeoutMs, signal, explain = error => error, check } = options
    this.channel = channel
    this.#check = check
    this.#explain = explain
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.answer = promise
    this.#resolve = resolve
    this.#reject = reject
    const onLate = () => this.#giveUp(new P8aError('timeout', `No answer to "${method}" within ${timeoutMs} ms`))
    if (timeoutMs !== undefined) this.#timer = deadline(onLate, timeoutMs)
    const onAbort = () => signal && this.#giveUp(abortedBy(signal))
    signal?.addEventListener('abort', onAbort)
    channel.whenClosed(() => {
      clearTimeout(this.#timer)
      signal?.removeEventListener('abort', onAbort)
    })
  }

  /** Values come before the answer. */
  onStream(): void {
    clearTimeout(this.#timer)
    this.#resolve({ stream: this.channel })
  }

  onAnswer(value: unknown): void {
    try {
      this.#check?.(value)
    } catch (error) {
      this.onError(error as P8aError)
      return
    }
    this.#resolve({ value })
    this.channel.onAnswer(value)
  }

  onError(told: P8aError): void {
    const error = this.#explain(told)
    this.#reject(error)
    this.channel.onFail(error)
  }

  /** The other side is gone. */
  onLost(why: P8aError): void {
    const error = this.#explain(why)
    this.#reject(error)
    this.channel.onLost(error)
  }

  #giveUp(why: P8aError): void {
    const error = this.#explain(why)
    this.#reject(error)
    this.channel.cancel(error)
  }
}

/** The error of a request that a signal has given up. */
export function abortedBy({ reason }: AbortSignal): P8aError {
  return reason instanceof P8aError ? reason : new P8aError('aborted', 'The caller gave up', { cause: reason })
}
