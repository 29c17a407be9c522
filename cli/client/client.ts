// The client of a host, for the CLI and, as `p8a/client`, for anyone's programs: the verbs as typed calls over one
// connection. It must not know remotes, terminals or files.
import { JSONRPCClient, type JSONRPCResponse } from 'json-rpc-2.0'
import type { PodChange } from '../../protocol/changes.ts'
import { Channel } from '../../protocol/channel/channel.ts'
import { bytesAsText, type Carrier, tell, voiceOn } from '../../protocol/channel/messages.ts'
import type { Window } from '../../protocol/channel/window.ts'
import { fromWireError, P8aError, type WireError } from '../../protocol/errors.ts'
import type { HostEvent } from '../../protocol/events.ts'
import type { CommandSays } from '../../protocol/link.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { type Address, parseAddress } from './address.ts'
import { checkedResult, checkedValue } from './checked.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Pulse, usualSilenceMs } from './pulse.ts'

export type ConnectOptions = ConnectionOptions & {
  /** The host's token; a Unix socket needs none. */
  token?: string | undefined
}

/** The user's side of a command of a pod. */
export type CommandUser = {
  /** Shows text. While it resolves, nothing more is taken from the host. */
  show: (text: string) => void | Promise<void>
  /** Asks for a line; undefined: there are no more. */
  ask: (question: string) => Promise<string | undefined>
  /** Cancels the command. */
  signal?: AbortSignal | undefined
}

export type OpenOptions = {
  /** Gives it up, and tells the host so. */
  signal?: AbortSignal | undefined
  /** How much the host may send before it was taken. Default: 64 values and 4 MiB. */
  takes?: Window | undefined
}

/** What is on its way takes long from far: the more of it there may be, the faster a log comes. */
const usualTakes: Window = { values: 64, bytes: 4 * 1024 * 1024 }

/**
 * Connects to a host and authorizes the connection.
 * @param target an address, or a text such as `localhost:3000`, `tls://example.org:3000` or `unix:/path`
 * @throws {P8aError} `bad_address`, `host_unreachable`, `certificate_changed`, `unauthorized`, `host_silent`, `timeout` by
 * `signal`
 */
export async function connect(target: string | Address, options: ConnectOptions = {}): Promise<Client> {
  const address = typeof target === 'string' ? parseAddress(target) : target
  const client = new Client(await Connection.open(address, options), options)
  if (address.kind === 'unix') client.mayPing()
  if (address.kind === 'unix' || options.token === undefined) return client
  try {
    await client.call('host.auth', { token: options.token })
    client.mayPing()
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

export class Client {
  /** Settled once the connection is over. */
  readonly closed: Promise<void>
  #connection: Connection
  #rpc: JSONRPCClient
  #channels = new Map<number, Channel>()
  #carrier: Carrier
  #lastId = 0
  #pulse: Pulse
  #isKnown = false
  #failure: P8aError | undefined

  constructor(connection: Connection, { silenceMs = usualSilenceMs }: Pick<ConnectOptions, 'silenceMs'> = {}) {
    this.#connection = connection
    this.#pulse = new Pulse({
      silenceMs,
      ping: () => this.#ping(),
      unsent: () => connection.unsent,
      onSilent: () => connection.giveUp(silenceMs),
    })
    const say = (line: string) => connection.send(line)
    this.#carrier = { say, bytes: bytesAsText(say) }
    this.#rpc = new JSONRPCClient(request => connection.send(JSON.stringify(request)))
    connection.listen(
      line => this.#receive(JSON.parse(line) as Message),
      () => this.#pulse.heard(),
    )
    this.closed = connection.closed.then(failure => {
      this.#pulse.stop()
      this.#failure = failure
      this.#rpc.rejectAllPendingRequests(failure.message)
    })
  }

  /**
   * Calls a method of the host.
   * @param options.signal gives up a `pod.call`, `pod.logs` or `pod.output`, and tells the host so; others are not waited for
   * @throws {P8aError} what the host answered, `bad_answer` if that makes no sense, `host_gone` if the connection was lost, `host_silent`, `aborted` by
   * `signal`
   */
  async call<M extends MethodName>(
    method: M,
    params: MethodInput<M>,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<MethodResults[M]> {
    const id = ++this.#lastId
    if (!signal) return (await this.#request({ id, method, params })) as MethodResults[M]
    const aborted = Promise.withResolvers<never>()
    const cancel = () => {
      aborted.reject(new P8aError('aborted', `The caller gave up ${method}`))
      this.#tell('rpc.cancel', { request: id })
    }
    if (signal.aborted) throw new P8aError('aborted', `The caller gave up ${method}`)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return (await Promise.race([this.#request({ id, method, params }), aborted.promise])) as MethodResults[M]
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /**
   * Asks for a method whose answer comes behind values, such as `pod.call` of a generator: `for await (const value of client.open(…))`, or
   * `take()` one by one, whose last has the answer. Bytes come as a Uint8Array. Whoever leaves the loop early gives it up.
   * @throws {P8aError} to whoever takes, as {@link call}
   */
  open<M extends MethodName>(method: M, params: MethodInput<M>, options: OpenOptions = {}): Channel {
    const { signal, takes = usualTakes } = options
    const id = ++this.#lastId
    const { address } = this.#connection
    const check = (value: unknown) => checkedValue(value, { method, address })
    const channel = Channel.opener(voiceOn(this.#carrier, id), { takes, check })
    const giveUp = () => channel.cancel(new P8aError('aborted', `The caller gave up ${method}`))
    if (signal?.aborted) {
      giveUp()
      return channel
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    this.#channels.set(id, channel)
    channel.whenClosed(() => {
      signal?.removeEventListener('abort', giveUp)
      this.#channels.delete(id)
    })
    this.#request({ id, method, params, window: [takes.values, takes.bytes] }).then(
      answer => channel.onAnswer(answer),
      error => channel.onFail(error),
    )
    return channel
  }

  /**
   * The log lines that `params` ask for, in batches as they come; with `follow`, until it is left or its signal is aborted.
   * @throws {P8aError} as {@link call}
   */
  async *logs(
    params: Omit<MethodInput<'pod.logs'>, 'stream'>,
    options: OpenOptions = {},
  ): AsyncGenerator<LogEntry[], MethodResults['pod.logs'], undefined> {
    const channel = this.open('pod.logs', { ...params, stream: true }, options)
    return yield* this.#valuesOf<LogEntry[], MethodResults['pod.logs']>(channel)
  }

  /**
   * Pushes a folder whose files are there already.
   * @returns what `pod.push` answers, behind the lines of its build in batches as they come
   * @throws {P8aError} as {@link call}
   */
  async *push(
    params: MethodInput<'pod.push'>,
    options: OpenOptions = {},
  ): AsyncGenerator<string[], MethodResults['pod.push'], undefined> {
    return yield* this.#valuesOf<string[], MethodResults['pod.push']>(this.open('pod.push', params, options))
  }

  /**
   * What a run of a script wrote, byte for byte as it comes; with `follow`, until the run is over.
   * @returns where it has ended, without data
   * @throws {P8aError} as {@link call}
   */
  async *output(
    params: Omit<MethodInput<'pod.output'>, 'stream'>,
    options: OpenOptions = {},
  ): AsyncGenerator<Uint8Array, MethodResults['pod.output'], undefined> {
    const channel = this.open('pod.output', { ...params, stream: true }, options)
    return yield* this.#valuesOf<Uint8Array, MethodResults['pod.output']>(channel)
  }

  /**
   * All pods and runs of a host, and then each change of them, in batches as they come, until it is left or its signal
   * is aborted. If they are taken too slowly, the host begins again with a snapshot.
   * @throws {P8aError} as {@link call}
   */
  async *changes(
    params: MethodInput<'host.watch'>,
    options: OpenOptions = {},
  ): AsyncGenerator<PodChange[], void, undefined> {
    try {
      yield* this.#valuesOf<PodChange[], unknown>(this.open('host.watch', params, options))
    } catch (error) {
      if (!options.signal?.aborted) throw error
    }
  }

  /**
   * What happens on a host, in batches as it comes, until it is left or its signal is aborted; first what came behind
   * `after`, or from `since` on.
   * @throws {P8aError} as {@link call}
   */
  async *events(
    params: MethodInput<'events.follow'>,
    options: OpenOptions = {},
  ): AsyncGenerator<HostEvent[], void, undefined> {
    try {
      yield* this.#valuesOf<HostEvent[], unknown>(this.open('events.follow', params, options))
    } catch (error) {
      if (!options.signal?.aborted) throw error
    }
  }

  /**
   * Runs a command of a pod; `user` sees what it shows and answers what it asks.
   * @throws {P8aError} as {@link call}; `aborted` by `user.signal`
   */
  async command(params: MethodInput<'pod.command'>, user: CommandUser): Promise<MethodResults['pod.command']> {
    const channel = this.open('pod.command', params, { signal: user.signal })
    const answer = async (question: string) => {
      const line = await user.ask(question)
      if (line === undefined) channel.end()
      // An answer that comes when the command is over is nobody's.
      else await channel.send(line).catch(() => {})
    }
    try {
      for (;;) {
        const { value, done } = await channel.take()
        if (done) return value as MethodResults['pod.command']
        const said = value as CommandSays
        if ('send' in said) await user.show(said.send)
        else answer(said.recv).catch(error => channel.cancel(error))
      }
    } finally {
      channel.cancel()
    }
  }

  /**
   * Waits until the host has ended the connection, as one does that was told to stop.
   * @throws {P8aError} `host_silent`
   */
  async ended(): Promise<void> {
    this.#pulse.expect()
    await this.closed
    if (this.#failure?.code === 'host_silent') throw this.#failure
  }

  /** The host knows who this is, and so answers a ping. Before that it would end the connection. */
  mayPing(): void {
    this.#isKnown = true
  }

  close(): void {
    this.#connection.close()
  }

  /** The values of a channel; left early, it is given up. @returns its answer */
  async *#valuesOf<Value, Answer>(channel: Channel): AsyncGenerator<Value, Answer, undefined> {
    try {
      for (;;) {
        const { value, done } = await channel.take()
        if (done) return value as Answer
        yield value as Value
      }
    } finally {
      channel.cancel()
    }
  }

  #ping(): void {
    // Any answer will do, also that of an earlier host, which does not know the method. If the connection ends, those that
    // wait are told.
    const request = { jsonrpc: '2.0' as const, id: ++this.#lastId, method: 'rpc.ping', params: {} }
    if (this.#isKnown) this.#rpc.requestAdvanced(request).then(undefined, () => {})
  }

  /** Sends something that needs no answer. */
  #tell<M extends MethodName>(method: M, params: MethodInput<M>): void {
    this.#connection.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  async #request(request: { id: number; method: MethodName; params: object; window?: number[] }): Promise<unknown> {
    if (this.#failure) throw this.#failure
    this.#pulse.expect()
    const answered = this.#rpc.requestAdvanced({ jsonrpc: '2.0', ...request })
    const answer: JSONRPCResponse = await Promise.resolve(answered).finally(() => this.#pulse.settle())
    const { address } = this.#connection
    if (!answer.error) return checkedResult(answer.result, { method: request.method, address })
    // When the connection ends, the package itself fails the requests with the number 0, which no host sends.
    throw answer.error.code === 0 && this.#failure ? this.#failure : fromWireError(answer.error as WireError)
  }

  #receive(message: Message): void {
    // An error without an id is about the connection: a line too long, or no token in time.
    if (message.id === null && message.error) throw fromWireError(message.error)
    const { id, method, params } = message
    if (method === undefined) {
      // What was given up may be answered late; what was never asked for comes from no host.
      if (typeof id !== 'number' || id > this.#lastId) throw new Error('an answer came to a request that was not made')
      this.#rpc.receive(message as JSONRPCResponse)
    } else if (Array.isArray(params)) {
      const channel = this.#channels.get(params[0] as number)
      if (channel) tell(channel, method, params)
    } else this.#channels.get(Number(params?.request))?.onFail(tooOld(this.#connection.address))
  }
}

type Message = {
  id?: number | null
  method?: string
  /** A list in what is said of a channel; in the notifications of earlier hosts, which knew no channels, an object. */
  params?: unknown[] | { request?: unknown }
  error?: WireError
}

function tooOld(address: string): P8aError {
  return new P8aError('unsupported', `Cannot take what the host at ${address} sends: it is of an earlier version`, {
    hint: 'Start that host again with this version; its pods keep running',
  })
}
