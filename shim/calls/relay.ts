// Calls that go by the host, since the owner of the callee's host makes them itself: nobody can be dialled.
import type { Call, Place } from './call.ts'
import type { AskHost } from './host-line.ts'

export class Relay implements Place {
  readonly callee: string
  busy = 0
  #host: AskHost

  constructor(callee: string, host: AskHost) {
    this.callee = callee
    this.#host = host
  }

  async send(call: Call): Promise<void> {
    call.place = this
    this.busy++
    const { params } = JSON.parse(`{${call.line}`) as { params: unknown[] }
    const { fn, timeoutMs } = call
    try {
      call.succeed(await this.#host.ask('call', { name: this.callee, fn, args: params, timeoutMs }))
    } catch (error) {
      call.fail(error)
    } finally {
      this.busy--
    }
  }

  /** The owner is not told: a handler has no way to hear of it. */
  cancel(): void {}

  /** There are no streams by the host. */
  more(): void {}

  retire(): void {}
}
