// One end of a JSON-RPC 2.0 conversation in which both sides ask and answer: the link.
// It turns messages into calls and calls into messages; it knows nothing of sockets.
// Written here and not taken from a package since the shim, which has no packages, is one of the two ends.

import { fromWireError, P8aError, toWireError, type WireError } from './errors.ts'
import { longTimeout } from './long-timeout.ts'

export type Methods = Record<string, { params: unknown; result: unknown }>

/** Answers to what the other end asks. A handler's rejection goes back as an error. */
export type Handlers<Theirs extends Methods> = {
  [M in keyof Theirs]: (params: Theirs[M]['params']) => Theirs[M]['result'] | Promise<Theirs[M]['result']>
}

type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void }

type Message = {
  id?: number
  method?: string
  params?: unknown
  result?: unknown
  error?: WireError
}

export class Peer<Ours extends Methods, Theirs extends Methods> {
  #waiting = new Map<number, Waiting>()
  #lastId = 0
  #closed: P8aError | undefined
  #send: (line: string) => void
  #handlers: Handlers<Theirs>

  /** @param send writes one line, which has no newline yet */
  constructor(send: (line: string) => void, handlers: Handlers<Theirs>) {
    this.#send = send
    this.#handlers = handlers
  }

  /** How many of our requests wait for their answer. */
  get pending(): number {
    return this.#waiting.size
  }

  /**
   * Asks the other end.
   * @throws {P8aError} what the other end answered, or `timeout` after `timeoutMs`, or what {@link close} was told
   */
  request<M extends keyof Ours & string>(
    method: M,
    params: Ours[M]['params'],
    options: { timeoutMs?: number } = {},
  ): Promise<Ours[M]['result']> {
    if (this.#closed) return Promise.reject(this.#closed)
    const id = ++this.#lastId
    const line = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { resolve, reject })
    this.#send(line)
    if (options.timeoutMs === undefined) return promise
    const timer = longTimeout(() => {
      this.#waiting.delete(id)
      reject(new P8aError('timeout', `No answer to "${method}" within ${options.timeoutMs} ms`))
    }, options.timeoutMs)
    return promise.finally(() => clearTimeout(timer))
  }

  /** Tells the other end, and waits for nothing. */
  notify<M extends keyof Ours & string>(method: M, params: Ours[M]['params']): void {
    this.#send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  /**
   * Takes a line from the other end.
   * @throws {SyntaxError} where it is no message: the other end is none of ours
   */
  receive(line: string): void {
    const message = JSON.parse(line) as Message | null
    if (!isMessage(message)) throw new SyntaxError('the line is no JSON-RPC message')
    if (message.method !== undefined) this.#onRequest(message, message.method)
    else if (message.id !== undefined) this.#onAnswer(message, message.id)
  }

  /** Fails what still waits, and what is asked from now on, with `error`. */
  close(error: P8aError): void {
    this.#closed = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #onAnswer(message: Message, id: number): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (message.error) waiting?.reject(fromWireError(message.error))
    else waiting?.resolve(message.result)
  }

  async #onRequest(message: Message, method: string): Promise<void> {
    const answer = await this.#answer(method, message.params)
    if (message.id !== undefined) this.#send(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},${answer}}`)
  }

  /** The member of the answer that holds its outcome, as text. */
  async #answer(method: string, params: unknown): Promise<string> {
    try {
      if (!Object.hasOwn(this.#handlers, method)) {
        throw new P8aError('method_not_found', `There is no method "${method}" on the link`)
      }
      const result = await this.#handlers[method]?.(params as never)
      return `"result":${toJson(result)}`
    } catch (error) {
      return `"error":${errorJson(error)}`
    }
  }
}

/** An id is written again into the answer, so that one which is no number or text could not be: JSON can be too deep for that. */
function isMessage(message: Message | null): message is Message {
  if (typeof message !== 'object' || message === null) return false
  return message.id === undefined || typeof message.id === 'number' || typeof message.id === 'string'
}

/** Of an error whose facts have no JSON form, such as one that is told what it could not read, all but these is told. */
function errorJson(error: unknown): string {
  const { data, ...rest } = toWireError(error)
  try {
    return JSON.stringify({ ...rest, data })
  } catch {
    return JSON.stringify({ ...rest, data: { code: data?.code } })
  }
}

/** @throws {P8aError} `call_failed` where the value has no JSON form: a cycle, a BigInt */
export function toJson(value: unknown): string {
  try {
    // Functions and undefined have no JSON form either; like JSON.stringify within a list, null stands for them.
    return JSON.stringify(value) ?? 'null'
  } catch (cause) {
    throw new P8aError('call_failed', `The answer is no JSON: ${(cause as Error).message.split('\n', 1)[0]}`, {
      hint: 'Arguments and results of calls are JSON: plain objects, lists, texts, numbers, booleans, null',
      cause,
    })
  }
}
