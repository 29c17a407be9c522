// Calls that go through the host, because the callee's host has a `call` handler and nobody can be dialled.
import { usualWindow } from '../../protocol/channel/window.ts'
import type { P8aError } from '../../protocol/errors.ts'
import type { RelayedCall } from '../../protocol/link.ts'
import type { Call, Place } from './call.ts'
import type { AskHost } from './host-line.ts'
import { hostGone } from './late.ts'

export class Relay implements Place {
  readonly callee: string
  #host: AskHost
  /** The calls under way, each with the controller that gives it up. */
  #calls = new Map<Call, AbortController>()

  constructor(callee: string, host: AskHost) {
    this.callee = callee
    this.#host = host
  }

  /** How many calls are under way. */
  get busy(): number {
    return this.#calls.size
  }

  async send(call: Call): Promise<void> {
    const giving = new AbortController()
    call.place = this
    this.#calls.set(call, giving)
    try {
      await this.#host.present()
      // Its time may have been over before there was a host.
      if (call.isSettled) return
      const options = { signal: giving.signal, takes: usualWindow, keeps: this.#host.isLeaving }
      const answer = await this.#host.openOnce('call', this.#asked(call), options)
      if ('value' in answer) call.succeed(answer.value.value)
      else call.begin(answer.stream)
    } catch (error) {
      call.fail(error)
    }
  }

  cancel(call: Call): void {
    this.#calls.get(call)?.abort()
  }

  forget(call: Call): void {
    this.#calls.delete(call)
  }

  lateness(call: Call): P8aError | undefined {
    return this.#host.isGone ? hostGone(this.callee, call) : undefined
  }

  retire(): void {}

  #asked({ fn, line, timeoutMs, hops }: Call): RelayedCall {
    const { params } = JSON.parse(`{${line}`) as { params: unknown[] }
    return { name: this.callee, fn, args: params, timeoutMs, hops }
  }
}
