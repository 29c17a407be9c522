// A client between its first byte and its end: unknown, then known by a token, and gone when that token ends. It knows
// no transport; a connection of lines has one guest, and each request over HTTP has one.
import { longDelay } from '../../protocol/long-timeout.ts'
import { type Authority, type Identity, localIdentity, type Verdict } from './access/authority.ts'
import type { Visitor } from './doorstep.ts'
import type { Channels } from './lines/channels.ts'
import type { Client } from './lines/client.ts'

type GuestOptions = {
  authority: Authority
  /** The connection, if it has to authorize itself; undefined for the Unix socket. */
  visitor: Visitor | undefined
  /** Called when it is known. */
  onKnown?: () => void
  /** Called when its token has ended, and it must go at once. */
  onEnded: () => void
  /** Resolves once the client has taken what was sent. */
  taken?: () => Promise<void>
  /** Its requests that are channels; undefined if it has none. */
  channels?: Channels
}

export class Guest implements Client {
  identity: Identity | undefined
  readonly address: string
  readonly channels: Client['channels']
  readonly underWay: Client['underWay']
  #options: GuestOptions
  #gone = new AbortController()
  #hasTriedWrong = false
  #letGo = () => {}

  constructor(options: GuestOptions) {
    this.#options = options
    this.identity = options.visitor ? undefined : localIdentity
    this.address = options.visitor?.address ?? 'unix'
    this.channels = options.channels
    this.underWay = options.channels
  }

  /** Aborted when it is gone. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  authorize(given: unknown): Verdict {
    const { authority, visitor, onKnown, onEnded } = this.#options
    const presented = visitor ? undefined : authority.presented(given)
    if (presented) {
      this.identity = presented
      return { identity: presented }
    }
    const verdict = authority.judge(given, this.address)
    if ('refusal' in verdict) {
      this.#hasTriedWrong = true
      return verdict
    }
    this.identity = verdict.identity
    this.#letGo()
    this.#letGo = authority.hold(verdict.identity, onEnded)
    visitor?.welcome()
    onKnown?.()
    return verdict
  }

  isValid(identity: Identity): boolean {
    return this.#options.authority.isValid(identity)
  }

  async taken(): Promise<void> {
    await this.#options.taken?.()
  }

  /** Waits, if it has tried a wrong token: each costs that time, unless the client leaves. */
  async atone(ms: number): Promise<void> {
    if (!this.#hasTriedWrong) return
    this.#hasTriedWrong = false
    await longDelay(ms, { signal: this.signal })
  }

  leave(): void {
    this.#letGo()
    this.#gone.abort()
  }
}
