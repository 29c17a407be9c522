// Asks the host for a verb, whether there is one now or not: where there is none, it waits for the next one for a while. A verb
// is asked for once, since it must not be done twice.
import { type Answer, abortedBy } from '../../protocol/channel/request.ts'
import type { Window } from '../../protocol/channel/window.ts'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { AskHost } from '../calls/host-line.ts'

export type AskOptions = { signal?: AbortSignal | undefined }

type StreamOptions = AskOptions & {
  /** How much may be under way. */
  takes: Window
  /** Whether the process is kept alive until it is over. Default: true */
  keeps?: boolean | undefined
}

export class Asking {
  #host: Pick<AskHost, 'isGone' | 'openOnce' | 'present'>
  #patienceMs: number
  /** Those who wait for a host. */
  #waiting = new Set<() => void>()
  #isExpecting = false

  /** @param options.patienceMs how long a host is waited for */
  constructor(host: Pick<AskHost, 'isGone' | 'openOnce' | 'present'>, { patienceMs }: { patienceMs: number }) {
    this.#host = host
    this.#patienceMs = patienceMs
  }

  /** @throws {P8aError} what the host answers; `host_gone` where there is none, or it goes away meanwhile; `aborted` by the signal */
  async ask(method: string, params: object, { signal }: AskOptions = {}): Promise<unknown> {
    await this.#hostWithin(method, this.#patienceMs, signal)
    const answer = await this.#host.openOnce('primary', { method, params }, { signal })
    if ('value' in answer) return answer.value
    answer.stream.cancel()
    throw new P8aError('internal', `A stream came as the answer to ${method}`)
  }

  /**
   * What the host tells before its answer, value by value as it comes.
   * @throws {P8aError} as {@link ask}
   */
  async *stream(method: string, params: object, options: StreamOptions): AsyncGenerator<unknown, void, undefined> {
    const answer = await this.open(method, params, options)
    if ('stream' in answer) yield* answer.stream
  }

  /** As {@link stream}, where the answer matters, or the host is to be told something meanwhile. */
  async open(method: string, params: object, options: StreamOptions): Promise<Answer> {
    await this.#hostWithin(method, this.#patienceMs, options.signal)
    return await this.#host.openOnce('primary', { method, params }, options)
  }

  /** Resolves once there is a host, or the signal is aborted. */
  async present(signal: AbortSignal | undefined): Promise<void> {
    await this.#wait(undefined, signal)
  }

  async #hostWithin(method: string, forMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw abortedBy(signal)
    if (!this.#host.isGone) return
    await this.#wait(forMs, signal)
    if (signal?.aborted) throw abortedBy(signal)
    if (this.#host.isGone) throw new P8aError('host_gone', `Cannot ask the host for ${method}: it is gone`)
  }

  async #wait(forMs: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#host.isGone || signal?.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#waiting.add(wake)
    this.#expect()
    const timer = forMs === undefined ? undefined : deadline(wake, forMs)
    signal?.addEventListener('abort', wake)
    await promise
    signal?.removeEventListener('abort', wake)
    clearTimeout(timer)
    this.#waiting.delete(wake)
  }

  /** One question to the link for all who wait: they may come and go by the thousand while there is no host. */
  #expect(): void {
    if (this.#isExpecting) return
    this.#isExpecting = true
    void this.#host.present().then(() => {
      this.#isExpecting = false
      for (const wake of this.#waiting) wake()
    })
  }
}
