// The client of a host, for the CLI and, as `p8a/client`, for anyone's programs: the verbs as typed calls over one
// connection. It must not know remotes, terminals or files.
import { JSONRPCClient, type JSONRPCResponse } from 'json-rpc-2.0'
import type { PodChange } from '../../protocol/changes.ts'
import { fromWireError, P8aError, type WireError } from '../../protocol/errors.ts'
import type {
  ChangeNotification,
  CommandRecvNotification,
  CommandSendNotification,
  LogNotification,
  MethodInput,
  MethodName,
  MethodResults,
} from '../../protocol/methods.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { type Address, parseAddress } from './address.ts'
import { BatchQueue } from './batch-queue.ts'
import { Connection, type ConnectionOptions } from './connection.ts'

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

type Notification = LogNotification & ChangeNotification & CommandSendNotification & CommandRecvNotification

/** What `pod.logs` answers at the end of a stream. */
type LogsEnd = MethodResults['pod.logs']

/**
 * Connects to a host and authorizes the connection.
 * @param target an address, or a text such as `localhost:3000`, `tls://example.org:3000` or `unix:/path`
 * @throws {P8aError} `bad_address`, `host_unreachable`, `certificate_changed`, `unauthorized`, `timeout` by `signal`
 */
export async function connect(target: string | Address, options: ConnectOptions = {}): Promise<Client> {
  const address = typeof target === 'string' ? parseAddress(target) : target
  const client = new Client(await Connection.open(address, options))
  if (address.kind === 'unix' || options.token === undefined) return client
  try {
    await client.call('host.auth', { token: options.token })
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
  #streams = new Map<number, BatchQueue<LogEntry[], LogsEnd>>()
  #watches = new Map<number, BatchQueue<PodChange[], unknown>>()
  #users = new Map<number, CommandUser>()
  #lastId = 0
  #failure: P8aError | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.#rpc = new JSONRPCClient(request => connection.send(JSON.stringify(request)))
    connection.listen(line => this.#receive(JSON.parse(line)))
    this.closed = connection.closed.then(failure => {
      this.#failure = failure
      this.#rpc.rejectAllPendingRequests(failure.message)
    })
  }

  /**
   * Calls a method of the host.
   * @param options.signal gives up a `pod.call`, `pod.logs` or `pod.output`, and tells the host so; others are not waited for
   * @throws {P8aError} what the host answered, `host_gone` if the connection was lost, `aborted` by `signal`
   */
  async call<M extends MethodName>(
    method: M,
    params: MethodInput<M>,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<MethodResults[M]> {
    const id = ++this.#lastId
    if (!signal) return (await this.#request(id, method, params)) as MethodResults[M]
    const aborted = Promise.withResolvers<never>()
    const cancel = () => {
      aborted.reject(new P8aError('aborted', `The caller gave up ${method}`))
      this.#tell('rpc.cancel', { request: id })
    }
    if (signal.aborted) throw new P8aError('aborted', `The caller gave up ${method}`)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return (await Promise.race([this.#request(id, method, params), aborted.promise])) as MethodResults[M]
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /**
   * The log lines that `params` ask for, in batches as they come; with `follow`, until the connection ends. Leaving the
   * loop before the end closes the connection, since nothing else stops the host from sending.
   * @throws {P8aError} as {@link call}
   */
  async *logs(params: Omit<MethodInput<'pod.logs'>, 'stream'>): AsyncGenerator<LogEntry[], LogsEnd, undefined> {
    const id = ++this.#lastId
    const queue = new BatchQueue<LogEntry[], LogsEnd>(this.#connection)
    this.#streams.set(id, queue)
    this.#request(id, 'pod.logs', { ...params, stream: true }).then(
      end => queue.end(end as LogsEnd),
      error => queue.fail(error),
    )
    try {
      return yield* queue.batches()
    } finally {
      this.#streams.delete(id)
      if (!queue.isOver) this.close()
    }
  }

  /**
   * All pods and runs of a host, and then each change of them, in batches as they come, until it is left or its signal
   * is aborted. If they are taken too slowly, the host begins again with a snapshot.
   * @throws {P8aError} as {@link call}
   */
  async *changes(
    params: MethodInput<'host.watch'>,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<PodChange[], void, undefined> {
    const id = ++this.#lastId
    const queue = new BatchQueue<PodChange[], unknown>(this.#connection)
    const cancel = () => this.#tell('rpc.cancel', { request: id })
    if (signal?.aborted) return
    signal?.addEventListener('abort', cancel, { once: true })
    this.#watches.set(id, queue)
    this.#request(id, 'host.watch', params).then(
      end => queue.end(end),
      error => (signal?.aborted ? queue.end(undefined) : queue.fail(error)),
    )
    try {
      yield* queue.batches()
    } finally {
      signal?.removeEventListener('abort', cancel)
      this.#watches.delete(id)
      if (!queue.isOver) cancel()
    }
  }

  /**
   * Runs a command of a pod; `user` sees what it shows and answers what it asks.
   * @throws {P8aError} as {@link call}; `aborted` by `user.signal`
   */
  async command(params: MethodInput<'pod.command'>, user: CommandUser): Promise<MethodResults['pod.command']> {
    const id = ++this.#lastId
    this.#users.set(id, user)
    const cancel = () => this.#tell('pod.command.cancel', { request: id })
    user.signal?.addEventListener('abort', cancel, { once: true })
    try {
      return (await this.#request(id, 'pod.command', params)) as MethodResults['pod.command']
    } finally {
      user.signal?.removeEventListener('abort', cancel)
      this.#users.delete(id)
    }
  }

  close(): void {
    this.#connection.close()
  }

  /** Sends something that needs no answer. */
  #tell<M extends MethodName>(method: M, params: MethodInput<M>): void {
    this.#connection.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  async #request(id: number, method: MethodName, params: object): Promise<unknown> {
    if (this.#failure) throw this.#failure
    const answer: JSONRPCResponse = await this.#rpc.requestAdvanced({ jsonrpc: '2.0', id, method, params })
    if (!answer.error) return answer.result
    // When the connection ends, the package itself fails the requests with the number 0, which no host sends.
    throw answer.error.code === 0 && this.#failure ? this.#failure : fromWireError(answer.error as WireError)
  }

  #receive(message: JSONRPCResponse & { method?: string; params?: never }): void {
    // An error without an id is about the connection: a line too long, or no token in time.
    if (message.id === null && message.error) throw fromWireError(message.error as WireError)
    if (message.method === undefined) this.#rpc.receive(message)
    else if (message.params) this.#onNotification(message.method, message.params)
  }

  #onNotification(method: string, params: Notification): void {
    const request = Number(params.request)
    const user = this.#users.get(request)
    if (method === 'host.change') this.#watches.get(request)?.push(params.changes)
    else if (method === 'pod.log') this.#streams.get(request)?.push(params.entries)
    else if (method === 'pod.command.send') this.#show(user?.show(params.text))
    else if (method === 'pod.command.recv') {
      // Nobody waits for an answer that comes when the command is over.
      user?.ask(params.question).then(text => {
        if (this.#users.has(request) && !user.signal?.aborted)
          this.#tell('pod.command.input', { request, ...(text === undefined ? {} : { text }) })
      })
    }
  }

  /** Makes the host wait, and with it the command, if the user's end is slow. */
  #show(shown: void | Promise<void>): void {
    if (!shown) return
    this.#connection.pause()
    void shown.then(() => this.#connection.resume())
  }
}
