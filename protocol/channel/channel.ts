// One side of a channel: a request that is answered by more than one value, or that brings more than its parameters.
// Both sides may send values, JSON or bytes, as far as the other side has granted it. It knows nothing of connections:
// it speaks through a voice, and hears the other side through its `on…` methods.
//
//   opener                                     acceptor
//   request, with the window that it grants →
//                                            ← stream: the answer will not be one value
//                                            ← more: so much may the opener send
//   value, bytes                             ⇄ value, bytes
//   more                                     ⇄ more: as far as values were taken
//   end: it sends no more                    →
//                                            ← the answer, a result or an error: all is over
//   cancel: it takes no more; all is over    →
//                                            ← cancel: it takes no more, and goes on to send
import { P8aError } from '../errors.ts'
import { Credit } from './credit.ts'
import { Inlet, type Taken } from './inlet.ts'
import { LateSignal } from './late-signal.ts'
import { noWindow, type Window } from './window.ts'

/** How one side of a channel speaks: it puts its messages on a connection. */
export type Voice = {
  /** For an acceptor: its answer comes after values. */
  stream(): void
  /**
   * Sends a value; a Uint8Array goes as bytes.
   * @returns what it costs of the window's bytes
   * @throws {P8aError} `call_failed` if it has no JSON form, `too_large`
   */
  value(value: unknown): number
  more(window: Window): void
  /** For an acceptor: its answer. */
  end(result: unknown): void
  /** For an acceptor: its answer is an error. */
  fail(error: unknown): void
  cancel(reason: string | undefined): void
  /** Whether more data waits than the connection takes now. */
  readonly isFull: boolean
  /** Resolves when that data has been written, or never will be. */
  drained(): Promise<void>
}

export type ChannelOptions = {
  /** What the other side lets this one send. Default: nothing yet. */
  granted?: Window | undefined
  /** Of the opener: what it has granted with its request. */
  takes?: Window | undefined
  /** Of the opener: throws for a value that makes no sense, and so gives the request up. */
  check?: ((value: unknown) => unknown) | undefined
  /** Of the acceptor: how long the opener waits. */
  timeoutMs?: number | undefined
  /** Of the acceptor: what is aborted when the opener gives up. */
  leaving?: LateSignal | undefined
}

export class Channel implements AsyncIterable<unknown> {
  readonly timeoutMs: number | undefined
  /** For the acceptor: whether the opener takes values, not only an answer. */
  readonly takesValues: boolean
  /** Aborted when the other side takes no more values: it gave up, or is gone. */
  readonly leaving: LateSignal
  #voice: Voice
  #credit: Credit
  #inlet: Inlet
  #check: ChannelOptions['check']
  #isOpener: boolean
  #hasBegun: boolean
  #isClosed = false
  /** Whether this side has said that it takes no more. */
  #hasCanceled = false
  #onClosed: (() => void)[] = []
  /** The last sender in the queue. */
  #turn: Promise<void> | undefined

  private constructor(voice: Voice, isOpener: boolean, options: ChannelOptions) {
    this.#voice = voice
    this.#isOpener = isOpener
    this.#hasBegun = isOpener
    this.#credit = new Credit(options.granted ?? noWindow)
    this.#inlet = new Inlet(options.takes ?? noWindow, taken => this.#isClosed || this.#voice.more(taken))
    this.#check = options.check
    this.timeoutMs = options.timeoutMs
    this.takesValues = options.granted !== undefined
    this.leaving = options.leaving ?? new LateSignal()
  }

  /** The side that has made the request. */
  static opener(voice: Voice, options: Pick<ChannelOptions, 'takes' | 'check'> = {}): Channel {
    return new Channel(voice, true, options)
  }

  /** The side that answers it. */
  static acceptor(voice: Voice, options: Omit<ChannelOptions, 'takes' | 'check'> = {}): Channel {
    return new Channel(voice, false, options)
  }

  /** Calls `onClosed` when neither side will send anything more. */
  whenClosed(onClosed: () => void): void {
    if (this.#isClosed) onClosed()
    else this.#onClosed.push(onClosed)
  }

  /** Of the acceptor: says that values come before the answer, as the first of them says by itself. */
  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#voice.stream()
  }

  /** Whether a value may be sent now. */
  get hasRoom(): boolean {
    return this.#credit.isLeft && !this.#voice.isFull
  }

  /** Resolves to true once a value may be sent, to false if none may ever be sent again. */
  async room(): Promise<boolean> {
    while (!this.#credit.isOver) {
      if (!this.#credit.isLeft) await this.#credit.changed()
      else if (this.#voice.isFull) await this.#voice.drained()
      else return true
    }
    return false
  }

  /** Sends a value for which there is room. @throws {P8aError} as {@link Voice.value} */
  put(value: unknown): void {
    if (this.#credit.isOver) return
    this.begin()
    this.#credit.spend(this.#voice.value(value))
  }

  /**
   * Sends a value once there is room, in the order of the calls; resolves when it was sent. A sender that does not wait
   * keeps everything that it sends in memory.
   * @throws {P8aError} `aborted` if the other side takes no more; why it is gone; and as {@link put}
   */
  send(value: unknown): Promise<void> {
    const sent = this.#sendInTurn(value, this.#turn)
    const turn = sent
      .catch(() => {})
      .finally(() => {
        if (this.#turn === turn) this.#turn = undefined
      })
    this.#turn = turn
    return sent
  }

  /**
   * For the acceptor, which has granted nothing yet: lets the other side send as much as `window` before this side
   * takes it.
   */
  accept(window: Window): void {
    if (!this.#isClosed) this.#inlet.open(window)
  }

  /** How many values of the other side wait to be taken. */
  get waiting(): number {
    return this.#inlet.waiting
  }

  /** The next value of the other side, or its end. @throws {P8aError} the error it ended with; why it is gone */
  take(): Promise<Taken> {
    return this.#inlet.take()
  }

  /** All values that wait to be taken. */
  takeWaiting(): unknown[] {
    return this.#inlet.takeWaiting()
  }

  /** The other side's values. Leaving the loop before the end takes no more of them. */
  [Symbol.asyncIterator](): AsyncIterator<unknown, unknown> {
    return {
      next: () => this.take(),
      return: async () => {
        this.cancel()
        return { value: undefined, done: true }
      },
    }
  }

  /** This side sends no more. For the acceptor this is the answer, and the channel is over. */
  end(result?: unknown): void {
    if (this.#isOpener ? this.#credit.isOver : this.#isClosed) return
    this.#credit.end()
    this.#voice.end(result)
    if (!this.#isOpener) this.#close()
  }

  /** For the acceptor, the answer is an error and the channel is over. The opener gives up because of the error. */
  fail(error: unknown): void {
    if (this.#isOpener) this.cancel(error)
    else if (!this.#isClosed) {
      this.#voice.fail(error)
      this.#close()
    }
  }

  /**
   * This side takes no more, and drops what still comes. If the opener says so, the channel is over.
   * @param error what this side's takers and the other side get as the reason; without it, the values are at their end
   */
  cancel(error?: unknown): void {
    if (this.#isClosed || this.#hasCanceled) return
    this.#hasCanceled = true
    this.#inlet.clear()
    if (error === undefined) this.#inlet.end()
    else this.#inlet.fail(error)
    this.#voice.cancel(error instanceof P8aError ? error.message : undefined)
    if (this.#isOpener) this.#close()
  }

  /** @throws {RangeError} if it is more than was granted: the other side is not ours */
  onValue(value: unknown, cost: number): void {
    try {
      this.#check?.(value)
    } catch (error) {
      this.cancel(error)
      return
    }
    if (!this.#inlet.push(value, cost)) throw new RangeError('more came on a channel than was granted')
  }

  onMore(window: Window): void {
    this.#credit.grant(window)
  }

  /** The opener sends no more. An acceptor does not say this: it ends with its answer. */
  onEnd(): void {
    if (!this.#isOpener) this.#inlet.end()
  }

  /** The acceptor's answer. */
  onAnswer(result: unknown): void {
    this.#inlet.end(result)
    this.#close()
  }

  /** The acceptor's answer is an error. */
  onFail(error: unknown): void {
    this.#inlet.fail(error)
    this.#close()
  }

  /** The other side takes no more. */
  onCancel(reason?: string): void {
    const error = new P8aError('aborted', reason ?? 'Nobody waits for the answer any more')
    if (this.#isOpener) this.#leave(error)
    else this.onLost(error)
  }

  /** The other side is gone. */
  onLost(error: P8aError): void {
    this.#leave(error)
    this.#inlet.fail(error)
    this.#close()
  }

  async #sendInTurn(value: unknown, before: Promise<void> | undefined): Promise<void> {
    if (before) await before
    if (!this.hasRoom && !(await this.room())) throw this.leaving.reason ?? over()
    this.put(value)
  }

  #leave(reason: unknown): void {
    this.#credit.end()
    this.leaving.abort(reason)
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#credit.end()
    // Takers on this side see the end; if the other side has ended with something, they see that first.
    this.#inlet.end()
    for (const onClosed of this.#onClosed.splice(0)) onClosed()
  }
}

function over(): P8aError {
  return new P8aError('aborted', 'The other side takes no more')
}
