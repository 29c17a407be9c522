// A connection of a run that dialled us: its calls are made here, and its events are passed on.
import type net from 'node:net'
import { type CallMessage, says } from '../../protocol/calls.ts'
import { Channel } from '../../protocol/channel/channel.ts'
import { says as channelSays, voiceOn } from '../../protocol/channel/messages.ts'
import { pump } from '../../protocol/channel/pump.ts'
import { usualWindow, type Window } from '../../protocol/channel/window.ts'
import { P8aError, toWireError } from '../../protocol/errors.ts'
import { toJson } from '../../protocol/json.ts'
import type { Asker } from '../../protocol/words.ts'
import { toCallError } from '../call-error.ts'
import { isStream } from './collect.ts'
import { Calling } from './context.ts'
import { type OnceCall, OnceCalls } from './once.ts'
import { Wire } from './wire.ts'

/** What is told to subscribers: published by `publisher` at the host `path`. */
export type Event = { path: string; topic: string; data: unknown; publisher: Asker }

/** What other runs can reach in this run. */
export type Reachable = {
  /** Calls an exported function. @throws {P8aError} `function_not_found`, `call_failed` */
  invoke: (fn: string, args: unknown[], calling: Calling) => unknown
  onEvent: (event: Event) => void
  onDropped: (count: number, publisher: string) => void
}

export type Caller = {
  run: string
  /** The same run, with what it may do. */
  by: Asker
  /** How long a caller waits if it does not say. */
  timeoutMs: number
  /** The window of each stream that it takes; undefined if its version knows neither windows of bytes nor bytes. */
  window: Window | undefined
  /** Whether it sends elsewhere what is not begun. Default: it does not. */
  hearsLeaving?: boolean
}

/** `once`: it goes on when its caller is gone. */
type Running = { calling: Calling; channel?: Channel; once?: string }

export class Admitted {
  /** Whether its caller is told that no more calls begin. */
  isLeaving = false
  #caller: Caller
  #reachable: Reachable
  #wire: Wire
  #once: OnceCalls
  #lastId = 0
  /** Calls that were not answered in the turn in which they came. */
  #running = new Map<number, Running>()

  constructor(socket: net.Socket, reachable: Reachable, caller: Caller, once = new OnceCalls()) {
    this.#caller = caller
    this.#once = once
    this.#reachable = reachable
    this.#wire = new Wire(socket, {
      takesBytes: caller.window !== undefined,
      onMessage: message => this.#onMessage(message),
      onClosed: () => {
        for (const [id, { once }] of [...this.#running]) {
          if (once === undefined) this.#cancel(id, 'The caller is gone')
          else this.#running.delete(id)
        }
      },
    })
  }

  /** How many of its calls are under way. */
  get busy(): number {
    return this.#running.size
  }

  /** Begins no call from now on, if its caller knows what becomes of it then; those that are under way go on. */
  leave(): void {
    if (this.isLeaving || !this.#caller.hearsLeaving) return
    this.isLeaving = true
    this.#wire.sayAtOnce(`{"jsonrpc":"2.0","method":"${says.leaving}","params":[null,${this.#lastId}]}`)
  }

  /** The rest of the chunk that began with the grant. */
  receive(chunk: Buffer): void {
    this.#wire.receive(chunk)
  }

  #onMessage(message: CallMessage): void {
    const { id, method = '', params = [] } = message
    const [first, second, third] = params
    if (id !== undefined) this.#call(id, method, message)
    else if (method === says.event) this.#onEvent(first, second, third)
    else if (method === channelSays.cancel) this.#cancel(first as number, 'The caller gave up')
    else if (method === says.dropped) this.#onDropped(first)
    else {
      const channel = this.#running.get(first as number)?.channel
      if (channel) this.#wire.tell(channel, method, params)
    }
  }

  #onEvent(path: unknown, topic: unknown, data: unknown): void {
    if (typeof path !== 'string' || typeof topic !== 'string') return
    this.#reachable.onEvent({ path, topic, data, publisher: this.#caller.by })
  }

  #onDropped(count: unknown): void {
    if (Number.isSafeInteger(count)) this.#reachable.onDropped(count as number, this.#caller.run)
  }

  #call(id: number, fn: string, { params = [], timeoutMs = this.#caller.timeoutMs, once }: CallMessage): void {
    const known = typeof once === 'string' ? this.#once.find(once) : undefined
    if (this.isLeaving && !known) {
      // A caller that knows what it was told has sent it elsewhere by now, unless it is made once.
      this.#refuse(id, notBegun(fn))
      return
    }
    this.#lastId = id
    if (once !== undefined) this.#wire.sayAtOnce(`{"jsonrpc":"2.0","method":"${says.begun}","params":[${id}]}`)
    if (known) {
      this.#join(id, known, once)
      return
    }
    const calling = new Calling(this.#caller.run, { timeoutMs, once })
    let result: unknown
    try {
      result = this.#reachable.invoke(fn, params, calling)
    } catch (error) {
      this.#refuse(id, error)
      return
    }
    if (!isThenable(result)) {
      this.#settle(id, result, calling)
      return
    }
    const call = { calling, result: Promise.resolve(result) }
    if (typeof once === 'string') this.#once.keep(once, call)
    this.#join(id, call, once)
  }

  #join(id: number, { calling, result }: OnceCall, once: string | undefined): void {
    this.#running.set(id, { calling, ...(once !== undefined && { once }) })
    result.then(
      value => this.#running.has(id) && this.#settle(id, value, calling),
      error => this.#running.has(id) && this.#refuse(id, toCallError(error)),
    )
  }

  #settle(id: number, value: unknown, calling: Calling): void {
    if (isStream(value)) return void this.#stream(id, value, calling)
    this.#running.delete(id)
    try {
      const json = toJson(value)
      this.#wire.check(json)
      this.#answer(id, json)
    } catch (error) {
      this.#refuse(id, error)
    }
  }

  async #stream(id: number, values: AsyncIterable<unknown>, calling: Calling): Promise<void> {
    const voice = voiceOn(this.#wire, id, {
      end: () => this.#answer(id, 'null'),
      fail: error => this.#refuse(id, error),
    })
    const granted = this.#caller.window ?? { ...usualWindow, bytes: Number.POSITIVE_INFINITY }
    const channel = Channel.acceptor(voice, { granted, leaving: calling.leaving })
    this.#running.set(id, { calling, channel })
    channel.whenClosed(() => this.#running.delete(id))
    try {
      if (await pump(values, channel, { toError: toCallError })) channel.end()
    } catch (error) {
      channel.fail(error)
    }
  }

  #answer(id: number, json: string): void {
    this.#wire.send(`{"jsonrpc":"2.0","id":${id},"result":${json}}\n`)
    if (this.#wire.isFull) void this.#wire.rest()
  }

  #refuse(id: number, error: unknown): void {
    this.#running.delete(id)
    this.#wire.send(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(toWireError(error))}}\n`)
  }

  #cancel(id: number, why: string): void {
    const running = this.#running.get(id)
    if (!running) return
    this.#running.delete(id)
    if (running.once !== undefined) this.#once.forget(running.once)
    if (running.channel) running.channel.onCancel(why)
    else running.calling.leaving.abort(new P8aError('aborted', why))
  }
}

function notBegun(fn: string): P8aError {
  return new P8aError('pod_not_up', `Cannot call ${JSON.stringify(fn)}: the run is about to end`, {
    facts: { fn, delivered: false },
  })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
