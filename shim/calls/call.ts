// A call of another pod's function, as its caller holds it. It can be awaited. If the function is a generator, its
// values can be iterated, and the call is the opener of a channel. It knows nothing of sockets: its place is where it
// is under way.
import type { Channel } from '../../protocol/channel/channel.ts'
import type { Taken } from '../../protocol/channel/inlet.ts'
import { P8aError } from '../../protocol/errors.ts'
import { collect } from './collect.ts'

/** Where a call is under way: on a connection, or waiting for one. */
export type Place = {
  /** The run or pod that is called, for messages. */
  readonly callee: string
  /** The caller gives up before anything came. */
  cancel(call: Call): void
  /** It is over. */
  forget(call: Call): void
  /** Why it is late, if that is not the callee's fault. */
  lateness?(call: Call): P8aError | undefined
}

export type CallRequest = {
  fn: string
  /** The rest of its line, after the id. */
  line: string
  timeoutMs: number
  /** How many hosts have passed it on. */
  hops?: number
  /** Its callee makes it once, by its id. */
  isOnce?: boolean
  /** Calls with the same one go to the same pod of a group. */
  key?: string | undefined
  /** Called once when the call has ended, and when it turns out to be a stream. */
  onSettled?: (call: Call) => void
  onStream?: (call: Call) => void
  /** Takes each value of a stream, in the place of a list. */
  each?: ((value: unknown) => unknown) | undefined
}

export class Call implements PromiseLike<unknown>, AsyncIterable<unknown> {
  readonly fn: string
  readonly line: string
  readonly timeoutMs: number
  readonly hops: number
  readonly isOnce: boolean
  readonly key: string | undefined
  place: Place | undefined
  /** Whom it was made for, by name. */
  to = ''
  /** How many connections have not taken it to anybody. */
  missed = 0
  /** On its connection. */
  id = 0
  /** When its time is over, in the time of `awakeMs`. */
  dueMs = 0
  isSettled = false
  /** Set once the answer turns out to be a stream. */
  channel: Channel | undefined
  #onSettled: ((call: Call) => void) | undefined
  #onStream: ((call: Call) => void) | undefined
  #each: ((value: unknown) => unknown) | undefined
  #value: unknown
  #error: unknown
  /** Whether somebody waits for its outcome, or takes its values. */
  #isTaken = false
  #promise: Promise<unknown> | undefined
  #resolve: ((value: unknown) => void) | undefined
  #reject: ((error: unknown) => void) | undefined
  /** For a caller that takes values before any came; resolves to undefined if the call was given up. */
  #opening: PromiseWithResolvers<Channel | undefined> | undefined

  constructor({ fn, line, timeoutMs, hops = 0, isOnce = false, key, onSettled, onStream, each }: CallRequest) {
    this.fn = fn
    this.line = line
    this.timeoutMs = timeoutMs
    this.hops = hops
    this.isOnce = isOnce
    this.key = key
    this.#onSettled = onSettled
    this.#onStream = onStream
    this.#each = each
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = unknown, B = never>(
    onDone?: ((value: unknown) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#asPromise().then(onDone, onFailed)
  }

  catch<B = never>(onFailed?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.#asPromise().catch(onFailed)
  }

  finally(onFinally?: (() => void) | null): Promise<unknown> {
    return this.#asPromise().finally(onFinally)
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, unknown> {
    this.#isTaken = true
    const opened = this.#opened()
    // The caller that takes the values gets the error.
    opened.catch(() => {})
    return {
      next: () => (this.channel ? this.channel.take() : opened.then(channel => channel?.take() ?? ended)),
      return: async () => {
        this.#giveUp()
        return ended
      },
    }
  }

  succeed(value: unknown): void {
    if (this.isSettled) return
    if (this.channel) {
      this.channel.onAnswer(undefined)
      return
    }
    this.#settle()
    this.#value = value
    this.#resolve?.(value)
    this.#opening?.reject(this.#notIterable())
  }

  fail(error: unknown): void {
    if (this.isSettled) return
    if (this.channel) this.channel.onFail(error)
    else {
      this.#settle()
      this.#error = error
      this.#reject?.(error)
      this.#opening?.reject(error)
    }
    // Nobody has awaited it yet. If nobody does, the failure is an unhandled rejection like any other.
    if (!this.#isTaken) this.#asPromise()
  }

  /** The answer is a stream. */
  begin(channel: Channel): void {
    if (this.isSettled) {
      channel.cancel()
      return
    }
    this.channel = channel
    channel.whenClosed(() => this.#settle())
    this.#onStream?.(this)
    this.#opening?.resolve(channel)
    // The call is awaited, so the caller wants the whole stream at once.
    if (this.#resolve && this.#reject) this.#whole().then(this.#resolve, this.#reject)
  }

  /** The caller's time is up, or it changed its mind. */
  abandon(error: unknown): void {
    if (this.isSettled) return
    if (this.channel) this.channel.cancel(error)
    else {
      this.place?.cancel(this)
      this.fail(error)
    }
  }

  timeOut(): void {
    this.abandon(this.place?.lateness?.(this) ?? this.#late())
  }

  #giveUp(): void {
    if (this.channel) this.channel.cancel()
    if (this.isSettled) return
    this.place?.cancel(this)
    this.#settle()
    this.#opening?.resolve(undefined)
  }

  #settle(): void {
    this.isSettled = true
    this.place?.forget(this)
    this.#onSettled?.(this)
  }

  #asPromise(): Promise<unknown> {
    this.#isTaken = true
    this.#promise ??= this.#makePromise()
    return this.#promise
  }

  #makePromise(): Promise<unknown> {
    if (this.channel) return this.#whole()
    if (this.isSettled) return this.#error === undefined ? Promise.resolve(this.#value) : Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** All of a stream, once it is over. */
  async #whole(): Promise<unknown> {
    if (!this.#each) return await collect(this, this.fn)
    for await (const value of this) await this.#each(value)
    return undefined
  }

  #opened(): Promise<Channel | undefined> {
    if (this.channel) return Promise.resolve(this.channel)
    if (this.isSettled) return Promise.reject(this.#error ?? this.#notIterable())
    this.#opening ??= Promise.withResolvers()
    return this.#opening.promise
  }

  #late(): P8aError {
    const callee = this.place?.callee ?? 'the pod'
    const what = `Cannot call ${JSON.stringify(this.fn)} of ${callee}: no answer within ${this.timeoutMs} ms`
    return new P8aError('timeout', what, {
      hint: 'Give it more time: p8a.pod(name, { timeout: "2m" })',
      facts: { callee, fn: this.fn },
    })
  }

  #notIterable(): P8aError {
    const what = `Cannot iterate over what ${JSON.stringify(this.fn)} returned: it is not a generator`
    return new P8aError('call_failed', what, { hint: 'Await the call instead', facts: { fn: this.fn } })
  }
}

const ended: Taken = { value: undefined, done: true }
