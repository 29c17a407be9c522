// A connection to a host over WebSocket: requests go out, answers and what is told before them come in. It comes back by
// itself when it was lost. It knows no pods and shows nothing.
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import { backoffMs } from './backoff.ts'
import { WireError } from './wire-error.ts'

/** What of a WebSocket is used, so that tests can put another thing in its place. */
export type Socket = Pick<WebSocket, 'send' | 'close'> & EventTarget

/** `refused`: the host does not know us any more; only another token helps. `lost`: the next attempt comes by itself. */
export type LinkState =
  | { is: 'connecting' }
  | { is: 'live' }
  | { is: 'lost'; sinceMs: number; attempts: number }
  | { is: 'refused'; why: string }

type Options = {
  open: () => Socket
  token: string
  onState: (state: LinkState) => void
  /** Calls back with the next frame. */
  frame: (work: () => void) => void
  nowMs?: () => number
  /** How long the host may take to let us in, and to say that it lives. Default: 10 s */
  silenceMs?: number
}

type Waiting = {
  resolve: (result: unknown) => void
  reject: (error: WireError) => void
  told: Told | undefined
  onValue: ((value: unknown, bytes: number) => void) | undefined
}
type Told = (params: Record<string, unknown>) => void
type Asking = { told?: Told; window?: [values: number, bytes: number] }

/** `done`: the answer, which may never come; `cancel` gives it up. */
export type Following = { done: Promise<unknown>; cancel(): void }
type Message = {
  id?: number
  method?: string
  params?: Record<string, unknown> | unknown[]
  result?: unknown
  error?: unknown
}

/** How often to ask whether the host lives. */
const pingMs = 20_000
export const usualSilenceMs = 10_000

/** After these only another token helps. Any other error passes, as that of a host which has much to do, or is being upgraded. */
const refusals = ['unauthorized', 'forbidden']

/** How many values of a channel may be on their way, and how many bytes. */
const windowValues = 1000
const windowBytes = 1024 * 1024

export class Lines {
  state: LinkState = { is: 'connecting' }
  /** What the host said to the token. */
  greeting: unknown
  #options: Options
  #socket: Socket | undefined
  #heard = new AbortController()
  #waiting = new Map<number, Waiting>()
  #lastId = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #ping: ReturnType<typeof setInterval> | undefined
  /** Ends a connection by which nobody lets us in. */
  #late: ReturnType<typeof setTimeout> | undefined
  #isClosed = false
  #attempts = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** Connects, and again whenever the connection is lost. */
  begin(): void {
    clearTimeout(this.#retry)
    if (this.#isClosed || this.#socket) return
    const socket = this.#options.open()
    this.#socket = socket
    this.#heard = new AbortController()
    const { signal } = this.#heard
    socket.addEventListener('open', () => void this.#greet(socket), { signal })
    socket.addEventListener('message', event => this.#take(String((event as MessageEvent).data)), { signal })
    socket.addEventListener('close', () => this.#onLost(socket), { signal })
    this.#late = this.#within(socket)
  }

  /** Asks, and resolves to the answer. @throws {WireError} what the host says; `host_gone` if the connection is lost first */
  async call<M extends MethodName>(method: M, params: MethodInput<M>): Promise<MethodResults[M]> {
    return (await this.#ask(method, params).answer) as MethodResults[M]
  }

  /**
   * Asks for what is told before an answer, which may never come.
   * @param onTold gets the params of each notification
   */
  follow<M extends MethodName>(method: M, params: MethodInput<M>, onTold: Told): Following {
    const { id, answer } = this.#ask(method, params, { told: onTold })
    return { done: answer, cancel: () => this.#cancel(id) }
  }

  /**
   * As `follow`, but of values on a channel: the host sends only as many as there is room for, and room is made once a
   * frame, so that a page that is not looked at keeps nothing.
   */
  values<T>(method: MethodName, params: unknown, onValues: (values: T[]) => void): Following {
    const { id, answer } = this.#ask(method, params, { window: [windowValues, windowBytes] })
    const waiting = this.#waiting.get(id)
    let values: T[] = []
    let bytes = 0
    if (waiting)
      waiting.onValue = (value, size) => {
        values.push(value as T)
        bytes += size
        if (values.length > 1) return
        this.#options.frame(() => {
          const taken = { values, bytes }
          values = []
          bytes = 0
          onValues(taken.values)
          if (this.#waiting.has(id)) this.#say('$/more', [id, taken.values.length, taken.bytes])
        })
      }
    return { done: answer, cancel: () => this.#cancel(id) }
  }

  /** Ends it for good. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#drop()
  }

  #ask(method: string, params: unknown, { told, window }: Asking = {}): { id: number; answer: Promise<unknown> } {
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      // A socket takes nothing before it is open, and a host nothing before it knows who asks.
      const isHeard = this.state.is === 'live' || method === 'host.auth'
      if (!this.#socket || !isHeard) return reject(new WireError('host_gone', 'The connection to the host is lost'))
      this.#waiting.set(id, { resolve, reject, told, onValue: undefined })
      this.#send({ id, method, params, ...(window && { window }) })
    })
    return { id, answer }
  }

  #cancel(id: number): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    waiting.told = undefined
    waiting.onValue = undefined
    this.#ask('rpc.cancel', { request: id }).answer.catch(() => {})
  }

  #say(method: string, params: unknown): void {
    this.#send({ method, params })
  }

  #send(message: object): void {
    this.#socket?.send(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  async #greet(socket: Socket): Promise<void> {
    try {
      this.greeting = await this.call('host.auth', { token: this.#options.token })
    } catch (error) {
      if (!(error instanceof WireError) || error.code === 'host_gone') return
      if (!refusals.includes(error.code)) return this.#onLost(socket)
      this.#isClosed = true
      this.#become({ is: 'refused', why: error.message })
      this.#drop()
      return
    }
    if (socket !== this.#socket) return
    this.#attempts = 0
    clearTimeout(this.#late)
    this.#ping = setInterval(() => this.#probe(socket), pingMs)
    this.#become({ is: 'live' })
  }

  /** A host that was frozen, or whose machine is gone, closes nothing. */
  #probe(socket: Socket): void {
    const late = this.#within(socket)
    this.call('rpc.ping', {}).then(
      () => clearTimeout(late),
      () => clearTimeout(late),
    )
  }

  /** Takes the connection for lost, unless that is called off in time. */
  #within(socket: Socket): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#onLost(socket), this.#options.silenceMs ?? usualSilenceMs)
  }

  #take(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#takeOne(JSON.parse(line) as Message)
  }

  #takeOne({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      this.#takeTold(method, params)
      return
    }
    // A client that is not known is refused before its id is read.
    const key = id ?? [...this.#waiting.keys()][0]
    const waiting = key === undefined ? undefined : this.#waiting.get(key)
    if (key === undefined || !waiting) return
    this.#waiting.delete(key)
    if (error) waiting.reject(WireError.of(error))
    else waiting.resolve(result)
  }

  #takeTold(method: string, params: Message['params']): void {
    if (Array.isArray(params)) {
      const [id, value, bytes = 0] = params
      if (method === '$/value') this.#waiting.get(Number(id))?.onValue?.(value, Number(bytes))
    } else this.#waiting.get(Number(params?.request))?.told?.(params ?? {})
  }

  #onLost(socket: Socket): void {
    if (socket !== this.#socket) return
    this.#drop()
    if (this.#isClosed) return
    const sinceMs = this.state.is === 'lost' ? this.state.sinceMs : (this.#options.nowMs ?? Date.now)()
    this.#become({ is: 'lost', sinceMs, attempts: ++this.#attempts })
    this.#retry = setTimeout(() => this.begin(), backoffMs(this.#attempts))
  }

  #drop(): void {
    clearInterval(this.#ping)
    clearTimeout(this.#late)
    const socket = this.#socket
    this.#socket = undefined
    this.#heard.abort()
    socket?.close()
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of lost) reject(new WireError('host_gone', 'The connection to the host was lost'))
  }

  #become(state: LinkState): void {
    this.state = state
    this.#options.onState(state)
  }
}
