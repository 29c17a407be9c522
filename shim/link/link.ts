// The shim's end of the link: dials the host's socket and, once it has something to keep, dials again for ever if the
// host goes away.
import { maxCallLineBytes } from '../../protocol/calls.ts'
import { P8aError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import type { ToHost, ToShim } from '../../protocol/link.ts'
import { type Handlers, type Methods, Peer } from '../../protocol/peer.ts'
import { openPipe, type Pipe } from '../../protocol/pipe.ts'

/** How long to wait before dialling again: short at first, so that a new host has its pods back at once. */
const firstDelayMs = 20
const maxDelayMs = 250
const delayGrowth = 1.05

export type LinkOptions = {
  socket: string
  /** Whether to dial again after a connection ended or could not be made. */
  shouldRedial: () => boolean
}

/** What a host may ask, and what happens at each connection. */
export type Served<Asked extends Methods> = {
  handlers: Handlers<Asked>
  /** A connection stands: say hello. */
  onConnected: (peer: Peer<ToHost, Asked>) => void
}

export class Link<Asked extends Methods = ToShim> {
  #options: LinkOptions
  #peer: Peer<ToHost, Asked> | undefined
  #delayMs = firstDelayMs
  #pipe: Pipe | undefined
  #redialling: NodeJS.Timeout | undefined
  #isHeld = true
  #isAwaiting = false
  #onConnected: ((peer: Peer<ToHost, Asked>) => void)[] = []

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** The host's end, or undefined while there is none. */
  get peer(): Peer<ToHost, Asked> | undefined {
    return this.#peer
  }

  /** Whether it keeps the process alive, whatever is under way. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** The host's end, once there is one. */
  connected(): Promise<Peer<ToHost, Asked>> {
    if (this.#peer) return Promise.resolve(this.#peer)
    return new Promise(resolve => this.#onConnected.push(resolve))
  }

  /** Connects, and connects again each time a host is gone. */
  dial(served: Served<Asked>): void {
    const lines = new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })
    const peer = new Peer<ToHost, Asked>(line => pipe.write(`${line}\n`), served.handlers, {
      hasDialled: true,
      onAwaiting: isAwaiting => {
        this.#isAwaiting = isAwaiting
        this.#keepAlive()
      },
      maxBytes: maxCallLineBytes,
    })
    const pipe = openPipe(this.#options.socket, {
      onConnected: () => {
        this.#delayMs = firstDelayMs
        this.#peer = peer
        // The hello is the first message.
        served.onConnected(peer)
        for (const resolve of this.#onConnected.splice(0)) resolve(peer)
      },
      onData: bytes => {
        for (const line of lines.push(bytes)) peer.receive(line)
      },
      onClosed: () => {
        this.#peer = undefined
        peer.close(new P8aError('host_gone', 'The host is gone'))
        this.#redial(served)
      },
    })
    this.#pipe = pipe
    this.#keepAlive()
  }

  /** From now on it keeps the process alive only while something that was asked is not over. */
  release(): void {
    this.#isHeld = false
    this.#keepAlive()
  }

  /** It keeps the process alive, as it does at first. */
  hold(): void {
    this.#isHeld = true
    this.#keepAlive()
  }

  #keepAlive(): void {
    const isKept = this.#isHeld || this.#isAwaiting
    this.#pipe?.keepAlive(isKept)
    if (isKept) this.#redialling?.ref()
    else this.#redialling?.unref()
  }

  #redial(served: Served<Asked>): void {
    if (!this.#options.shouldRedial()) process.exit(0)
    this.#redialling = setTimeout(() => this.dial(served), this.#delayMs)
    this.#keepAlive()
    this.#delayMs = Math.min(this.#delayMs * delayGrowth, maxDelayMs)
  }
}
