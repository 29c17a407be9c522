// One end of a JSON-RPC 2.0 conversation in which both sides ask and answer: the link. Each request is a channel; most
// channels carry only their answer. It turns messages into calls and calls into messages; it knows nothing of sockets.
// It is not taken from a package, since one of the two ends is the shim, which has no packages.
import { Channel, type Voice } from './channel/channel.ts'
import { bytesAsText, type Carrier, reservedPrefix, says, tell, voiceOn } from './channel/messages.ts'
import { type Answer, abortedBy, Request, type RequestOptions } from './channel/request.ts'
import { readWindow, type Window } from './channel/window.ts'
import { fromWireError, P8aError, toWireError, type WireError } from './errors.ts'
import type { Step } from './hint.ts'
import { toJson } from './json.ts'

export type Methods = Record<string, { params: unknown; result: unknown }>

/**
 * Answers to what the other end asks. A handler's rejection goes back as an error. If the other end takes values, they
 * may be sent on the channel before. The signal of the channel is aborted when nobody waits for the answer any more.
 */
export type Handlers<Theirs extends Methods> = {
  [M in keyof Theirs]: (
    params: Theirs[M]['params'],
    channel: Channel,
  ) => Theirs[M]['result'] | Promise<Theirs[M]['result']>
}

type Message = {
  id?: number | string
  method?: string
  params?: unknown
  timeoutMs?: unknown
  window?: unknown
  result?: unknown
  error?: WireError
}

export class Peer<Ours extends Methods, Theirs extends Methods> {
  #opened = new Map<number, Request>()
  #accepted = new Map<number | string, Channel>()
  /** Our ids are odd if we have dialled, and theirs are even. So it is known whose channel a message is about. */
  #lastId: number
  #closed: P8aError | undefined
  #carrier: Carrier
  #handlers: Handlers<Theirs>
  #onAwaiting: (isAwaiting: boolean) => void
  #awaited = 0
  #checkAnswer: ((method: string, answer: unknown) => void) | undefined
  /** The longest request, value or answer that the other end takes. What is longer would end the link. */
  maxBytes: number

  /**
   * @param send writes one line, which has no newline yet
   * @param options.onAwaiting told whether any request that keeps the process alive is under way
   * @param options.maxBytes as {@link maxBytes}. Default: any
   * @param options.checkAnswer throws for an answer that makes no sense: the request fails so. Default: each is taken
   */
  constructor(
    send: (line: string) => void,
    handlers: Handlers<Theirs>,
    {
      hasDialled,
      onAwaiting = () => {},
      maxBytes = Infinity,
      checkAnswer,
    }: {
      hasDialled: boolean
      onAwaiting?: (isAwaiting: boolean) => void
      maxBytes?: number
      checkAnswer?: (method: string, answer: unknown) => void
    },
  ) {
    this.maxBytes = maxBytes
    this.#carrier = { say: send, bytes: bytesAsText(send), check: value => this.#check(value, 'value') }
    this.#handlers = handlers
    this.#onAwaiting = onAwaiting
    this.#checkAnswer = checkAnswer
    this.#lastId = hasDialled ? -1 : 0
  }

  /** How many of our requests are under way. */
  get pending(): number {
    return this.#opened.size
  }

  /**
   * Asks the other end for one value.
   * @throws {P8aError} what the other end answered, `timeout`, `aborted` by `signal`, or the error given to {@link
   * close}
   */
  async request<M extends keyof Ours & string>(
    method: M,
    params: Ours[M]['params'],
    options: RequestOptions = {},
  ): Promise<Ours[M]['result']> {
    const answer = await this.#ask(method, params, options)
    if ('value' in answer) return answer.value
    answer.stream.cancel()
    throw new P8aError('internal', `A stream came as the answer to "${method}"`)
  }

  /** Asks the other end for a value, or a stream of which up to `takes` may be under way. @throws {P8aError} as {@link request} */
  async open<M extends keyof Ours & string>(
    method: M,
    params: Ours[M]['params'],
    options: RequestOptions & { takes: Window | undefined },
  ): Promise<Answer<Ours[M]['result']>> {
    return await this.#ask(method, params, options)
  }

  /** Tells the other end, and waits for nothing. */
  notify<M extends keyof Ours & string>(method: M, params: Ours[M]['params']): void {
    this.#carrier.say(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  /**
   * Takes a line from the other end.
   * @throws {SyntaxError} if it is not a message, {@link RangeError} if more comes than was granted: the other end is
   * not ours
   */
  receive(line: string): void {
    const message = JSON.parse(line) as Message | null
    if (!isMessage(message)) throw new SyntaxError('the line is not a JSON-RPC message')
    const { id, method } = message
    if (method === undefined) this.#onAnswer(message)
    else if (id === undefined && method.startsWith(reservedPrefix)) this.#onTold(method, message.params)
    else void this.#onRequest(message, method)
  }

  /** The other end is gone: all requests that are under way, and all later ones, fail with `error`. */
  close(error: P8aError): void {
    this.#closed = error
    for (const request of [...this.#opened.values()]) request.onLost(error)
    for (const channel of [...this.#accepted.values()]) channel.onLost(error)
  }

  async #ask(
    method: string,
    params: unknown,
    options: RequestOptions & { takes?: Window | undefined },
  ): Promise<Answer> {
    const { timeoutMs, signal, takes, keeps = true } = options
    if (this.#closed) throw this.#closed
    if (signal?.aborted) throw abortedBy(signal)
    const id = this.#lastId + 2
    const window = takes && [takes.values, takes.bytes]
    const line = JSON.stringify({ jsonrpc: '2.0', id, method, params, timeoutMs, window })
    this.#check(line, `request "${method}"`)
    this.#lastId = id
    const channel = Channel.opener(voiceOn(this.#carrier, id), { takes })
    const check = (answer: unknown) => this.#checkAnswer?.(method, answer)
    const request = new Request(channel, { ...options, method, check })
    this.#opened.set(id, request)
    channel.whenClosed(() => this.#opened.delete(id))
    this.#carrier.say(line)
    if (keeps) this.#await(channel)
    return await request.answer
  }

  #await(channel: Channel): void {
    if (++this.#awaited === 1) this.#onAwaiting(true)
    channel.whenClosed(() => {
      if (--this.#awaited === 0) this.#onAwaiting(false)
    })
  }

  #onAnswer({ id, result, error }: Message): void {
    const request = this.#opened.get(id as number)
    if (error) request?.onError(fromWireError(error))
    else request?.onAnswer(result)
  }

  #onTold(method: string, params: unknown): void {
    if (!Array.isArray(params)) throw new SyntaxError('the message names no channel')
    const [id] = params
    const isOurs = typeof id === 'number' && (id - this.#lastId) % 2 === 0
    const request = isOurs ? this.#opened.get(id) : undefined
    const channel = isOurs ? request?.channel : this.#accepted.get(id)
    if (method === says.stream) request?.onStream()
    else if (channel) tell(channel, method, params)
  }

  async #onRequest({ id, params, timeoutMs, window }: Message, method: string): Promise<void> {
    const channel = Channel.acceptor(voiceOn(this.#carrier, id ?? 0, this.#answerTo(id)), {
      granted: readWindow(window),
      timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : undefined,
    })
    if (id !== undefined) {
      this.#accepted.set(id, channel)
      channel.whenClosed(() => this.#accepted.delete(id))
    }
    try {
      if (!Object.hasOwn(this.#handlers, method)) {
        throw new P8aError('method_not_found', `There is no method "${method}" on the link`)
      }
      channel.end(await this.#handlers[method]?.(params as never, channel))
    } catch (error) {
      channel.fail(error)
    }
  }

  /** Nobody waits for the answer to a notification. */
  #answerTo(id: number | string | undefined): Pick<Voice, 'end' | 'fail'> {
    const answer = (outcome: string) =>
      id !== undefined && this.#carrier.say(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},${outcome}}`)
    return {
      end: result => {
        const json = toJson(result)
        this.#check(json, 'answer', 'Yield it in parts from an async generator')
        answer(`"result":${json}`)
      },
      fail: error => answer(`"error":${errorJson(error)}`),
    }
  }

  /** @throws {P8aError} `too_large` */
  #check(text: string | Uint8Array, what: string, hint?: string): void {
    if (text.length * 3 <= this.maxBytes || Buffer.byteLength(text) <= this.maxBytes) return
    const limit: Step = { text: 'the limit is maxLineBytes in host.json' }
    throw new P8aError('too_large', `The ${what} is over ${this.maxBytes} bytes`, {
      hint: hint === undefined ? [limit] : [{ text: hint }, limit],
    })
  }
}

/** The id is written into the answer, so it must be a number or a text: other JSON may be too deep to write. */
function isMessage(message: Message | null): message is Message {
  if (typeof message !== 'object' || message === null) return false
  const { id, method } = message
  const hasId = typeof id === 'number' || typeof id === 'string'
  return method === undefined ? hasId : typeof method === 'string' && (hasId || id === undefined)
}

/** If the facts of an error have no JSON form, the rest of the error is sent without them. */
function errorJson(error: unknown): string {
  const { data, ...rest } = toWireError(error)
  try {
    return JSON.stringify({ ...rest, data })
  } catch {
    return JSON.stringify({ ...rest, data: { code: data?.code } })
  }
}
