// Messages between hosts by core NATS. What nobody got, what may have been got and what may not be sent are told apart.
import { headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { checkKey, matches } from '../port/keys.ts'
import { BusError, type BusPort, type Closable, type RequestOptions, type Serving } from '../port/ports.ts'
import { answersPrefix } from '../security/rights.ts'
import { isDenied, isNobody } from './failures.ts'
import type { NatsLink } from './link.ts'

/** In the place of an answer that is too large: how many bytes it has. */
const tooLargeHeader = 'P8a-Too-Large'
/** How much may wait to be sent of what is published. */
const mostWaitingBytes = 8 * 1024 * 1024
const usualMostBytes = 1024 * 1024

export class NatsBus implements BusPort {
  #link: NatsLink
  #prefix: string
  #waiting = 0
  #flushing: Promise<void> | undefined

  constructor(link: NatsLink, prefix: string) {
    this.#link = link
    this.#prefix = prefix
  }

  async request(subject: string, frame: Uint8Array, { timeoutMs, signal }: RequestOptions): Promise<Uint8Array> {
    checkKey(subject)
    signal?.throwIfAborted()
    const connection = this.#link.connection
    if (!connection) throw new BusError('not_delivered', `The engine is away: ${this.#link.problem}`)
    const most = this.mostBytes
    if (frame.byteLength > most)
      throw new BusError('too_large', `A message may have ${most} bytes, not ${frame.byteLength}`)
    const full = this.#prefix + subject
    const denied = () => new BusError('denied', `The credential may not send to ${subject}`)
    const ending = new AbortController()
    const lost = Promise.withResolvers<never>()
    const { events } = this.#link
    const options = { signal: ending.signal }
    const unknown = () => lost.reject(new BusError('unknown', 'The connection was lost before the answer'))
    events.addEventListener('down', unknown, options)
    events.addEventListener(
      'denied',
      event => {
        if ((event as CustomEvent<string>).detail !== full) return
        lost.reject(denied())
      },
      options,
    )
    signal?.addEventListener('abort', () => lost.reject(signal.reason), options)
    lost.promise.catch(() => {})
    try {
      const asked = connection.request(full, frame, { timeout: timeoutMs })
      const answered = await Promise.race([asked, lost.promise])
      const bytes = answered.headers?.get(tooLargeHeader)
      if (bytes) throw new BusError('answer_too_large', `A message may have ${most} bytes, not ${bytes}`)
      return answered.data
    } catch (error) {
      if (error instanceof BusError || signal?.aborted) throw error
      if (isDenied(error)) throw denied()
      if (isNobody(error)) throw new BusError('not_delivered', `Nobody answers at ${subject}`)
      throw new BusError('unknown', 'There was no answer in time')
    } finally {
      ending.abort()
    }
  }

  serve(subject: string, handler: (frame: Uint8Array, subject: string) => Promise<Uint8Array>): Serving {
    return this.#subscribed(this.#prefix + subject, async message => {
      // Whoever asks says where the answer goes, and may say a subject that only this host may write.
      if (!message.reply?.startsWith(answersPrefix)) return
      const answer = await handler(message.data, message.subject.slice(this.#prefix.length))
      if (!this.#link.isUp) return
      if (answer.byteLength <= this.mostBytes) return void message.respond(answer)
      const marks = headers()
      marks.set(tooLargeHeader, String(answer.byteLength))
      message.respond(new Uint8Array(), { headers: marks })
    })
  }

  get mostBytes(): number {
    return this.#link.connection?.info?.max_payload ?? usualMostBytes
  }

  publish(subject: string, frame: Uint8Array): boolean {
    checkKey(subject)
    const { connection } = this.#link
    const size = frame.byteLength
    if (!connection || !this.#link.isUp || size > this.mostBytes || this.#waiting + size > mostWaitingBytes)
      return false
    connection.publish(this.#prefix + subject, frame)
    this.#waiting += size
    this.#flushing ??= this.#flush(connection)
    return true
  }

  /** The client keeps whatever is published until it is sent: so it is asked how far it has come. */
  async #flush(connection: NatsConnection): Promise<void> {
    while (this.#waiting > 0) {
      const sent = this.#waiting
      // What waits when the connection is lost is lost with it.
      await connection.flush().catch(() => {})
      this.#waiting -= sent
    }
    this.#flushing = undefined
  }

  subscribe(pattern: string, listener: (subject: string, frame: Uint8Array) => void): Closable {
    return this.#subscribed(this.#prefix + pattern, async message =>
      listener(message.subject.slice(this.#prefix.length), message.data),
    )
  }

  /** The client makes its subscriptions again by itself on each new connection; only another client needs them from here. */
  #subscribed(subject: string, heard: (message: Msg) => Promise<void>): Serving {
    const { events } = this.#link
    let known: unknown
    let current: Subscription | undefined
    const begin = () => {
      const connection = this.#link.connection
      if (!connection || connection === known) return
      known = connection
      const callback = (error: Error | null, message: Msg) => {
        // What a stream delivers here has the subject that it has there: whoever reads a stream may send it anywhere.
        if (error || !matches(subject, message.subject)) return
        // A caller that gets no answer is told so by its own time.
        void heard(message).catch(() => {})
      }
      current = connection.subscribe(subject, { callback })
    }
    events.addEventListener('up', begin)
    begin()
    const end = () => {
      events.removeEventListener('up', begin)
      return this.#link.isUp ? current : undefined
    }
    return {
      close: () => end()?.unsubscribe(),
      drain: async () => await end()?.drain(),
    }
  }
}
