// A connection of a run that dialled us: its calls are done, and its events are handed on.
import type net from 'node:net'
import { type CallMessage, maxCallLineBytes, says } from '../../protocol/calls.ts'
import { P8aError, toWireError } from '../../protocol/errors.ts'
import { toJson } from '../../protocol/peer.ts'
import { toCallError } from '../call-error.ts'
import { OutgoingStream } from '../streams/outgoing-stream.ts'
import { isStream } from './collect.ts'
import { Calling } from './context.ts'
import { Wire } from './wire.ts'

/** What of this run others reach. */
export type Reachable = {
  /** Calls an exported function. @throws {P8aError} `function_not_found`, `call_failed` */
  invoke: (fn: string, args: unknown[], calling: Calling) => unknown
  onEvent: (path: string, topic: string, data: unknown) => void
  onDropped: (count: number, publisher: string) => void
}

type Running = { calling: Calling; stream?: OutgoingStream }

export class Admitted {
  #caller: string
  #timeoutMs: number
  #reachable: Reachable
  #wire: Wire
  /** Calls that were not answered in the turn in which they came. */
  #running = new Map<number, Running>()

  /** @param options.timeoutMs how long a caller waits that does not say */
  constructor(socket: net.Socket, reachable: Reachable, options: { caller: string; timeoutMs: number }) {
    this.#caller = options.caller
    this.#timeoutMs = options.timeoutMs
    this.#reachable = reachable
    this.#wire = new Wire(socket, {
      onMessage: message => this.#onMessage(message),
      onClosed: () => {
        for (const id of [...this.#running.keys()]) this.#cancel(id, 'The caller went away')
      },
    })
  }

  /** What came in one chunk with the grant. */
  receive(chunk: Buffer): void {
    this.#wire.receive(chunk)
  }

  #onMessage(message: CallMessage): void {
    const { id, method = '', params = [] } = message
    const [first, second, third] = params
    if (id !== undefined) this.#call(id, method, message)
    else if (method === says.event) this.#onEvent(first, second, third)
    else if (method === says.cancel) this.#cancel(first as number, 'The caller gave it up')
    else if (method === says.more) this.#running.get(first as number)?.stream?.more(second)
    else if (method === says.dropped) this.#reachable.onDropped(first as number, this.#caller)
  }

  #onEvent(path: unknown, topic: unknown, data: unknown): void {
    if (typeof path === 'string' && typeof topic === 'string') this.#reachable.onEvent(path, topic, data)
  }

  #call(id: number, fn: string, { params = [], timeoutMs = this.#timeoutMs }: CallMessage): void {
    const calling = new Calling(this.#caller, timeoutMs)
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
    this.#running.set(id, { calling })
    result.then(
      value => this.#running.has(id) && this.#settle(id, value, calling),
      error => this.#running.has(id) && this.#refuse(id, toCallError(error)),
    )
  }

  #settle(id: number, value: unknown, calling: Calling): void {
    if (isStream(value)) return void this.#stream(id, value, calling)
    this.#running.delete(id)
    try {
      this.#answer(id, toJson(value))
    } catch (error) {
      this.#refuse(id, error)
    }
  }

  async #stream(id: number, values: AsyncIterable<unknown>, calling: Calling): Promise<void> {
    const stream = new OutgoingStream(values, {
      write: value =>
        this.#wire.send(`{"jsonrpc":"2.0","method":"${says.value}","params":[${id},${checked(toJson(value))}]}\n`),
      isFull: () => this.#wire.isFull,
      drained: () => this.#wire.drained(),
    })
    this.#running.set(id, { calling, stream })
    this.#wire.send(`{"jsonrpc":"2.0","method":"${says.stream}","params":[${id}]}\n`)
    try {
      if ((await stream.pump()) && this.#running.delete(id)) this.#answer(id, 'null')
    } catch (error) {
      if (this.#running.has(id)) this.#refuse(id, error)
    }
  }

  #answer(id: number, json: string): void {
    this.#wire.send(`{"jsonrpc":"2.0","id":${id},"result":${checked(json)}}\n`)
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
    running.calling.abort(new P8aError('aborted', why))
    running.stream?.cancel()
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** @throws {P8aError} `too_large` */
function checked(json: string): string {
  if (json.length * 3 <= maxCallLineBytes || Buffer.byteLength(json) <= maxCallLineBytes - 100) return json
  throw new P8aError('too_large', `The answer is over ${maxCallLineBytes} bytes`, {
    hint: 'Yield it in parts, from an async generator',
  })
}
