// Calls that go by the host, since the owner of the callee's host makes them itself: nobody can be dialled.
import type { P8aError } from '../../protocol/errors.ts'
import type { RelayedCall } from '../../protocol/link.ts'
import type { Call, Place } from './call.ts'
import type { AskHost } from './host-line.ts'
import { hostGone } from './late.ts'

/** A call that the host has, and, where it is a stream, how far its consumer has come. */
type UnderWay = { id: number; stream?: number; untaken: number; isPulling: boolean }

/** How many values may wait for their consumer while more are asked for. */
const maxUntaken = 16

let lastId = 0

export class Relay implements Place {
  readonly callee: string
  busy = 0
  #host: AskHost
  #calls = new Map<Call, UnderWay>()

  constructor(callee: string, host: AskHost) {
    this.callee = callee
    this.#host = host
  }

  async send(call: Call): Promise<void> {
    call.place = this
    this.busy++
    try {
      await this.#host.present()
      // Its time may have been over before there was a host.
      if (call.isSettled) return
      const underWay: UnderWay = { id: ++lastId, untaken: 0, isPulling: false }
      this.#calls.set(call, underWay)
      const handled = await this.#host.askOnce('call', this.#asked(call, underWay.id))
      if ('value' in handled) return call.succeed(handled.value)
      underWay.stream = handled.stream
      if (call.isSettled) return this.cancel(call)
      call.beginStream()
      await this.#pull(call, underWay)
    } catch (error) {
      call.fail(error)
    } finally {
      this.busy--
      if (call.isSettled) this.#calls.delete(call)
    }
  }

  cancel(call: Call): void {
    const { id, stream } = this.#calls.get(call) ?? {}
    if (stream === undefined && id !== undefined) this.#host.tell('cancel', { id })
    if (stream === undefined) return
    this.#host.tell('leave', { stream })
    this.#calls.delete(call)
  }

  more(call: Call, count: number): void {
    const underWay = this.#calls.get(call)
    if (!underWay) return
    underWay.untaken -= count
    void this.#pull(call, underWay)
  }

  lateness(call: Call): P8aError | undefined {
    return this.#host.isGone ? hostGone(this.callee, call) : undefined
  }

  retire(): void {}

  #asked({ fn, line, timeoutMs, hops }: Call, id: number): RelayedCall {
    const { params } = JSON.parse(`{${line}`) as { params: unknown[] }
    return { name: this.callee, fn, args: params, timeoutMs, hops, id }
  }

  /** Takes what has come for as long as the consumer does. */
  async #pull(call: Call, underWay: UnderWay): Promise<void> {
    const { stream } = underWay
    if (stream === undefined || underWay.isPulling) return
    underWay.isPulling = true
    try {
      while (!call.isSettled && underWay.untaken < maxUntaken) {
        const { values, isOver } = await this.#host.askOnce('more', { stream })
        underWay.untaken += values.length
        for (const value of values) call.takeIn(value)
        if (isOver) call.succeed(undefined)
      }
    } catch (error) {
      call.fail(error)
    }
    underWay.isPulling = false
    if (call.isSettled) this.#calls.delete(call)
  }
}
