// Who a client is: what its token stands for, whether it still does, and what it may not. It knows no bytes and no wire.
import { randomBytes } from 'node:crypto'
import type { Rights } from '../../../protocol/access.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { Clock } from '../../system/clock.ts'
import type { HostLog } from '../../system/host-log.ts'
import type { Token, Tokens } from './tokens.ts'
import { WrongTokens } from './wrong-tokens.ts'

/**
 * A client that is known. `token` is undefined for a pod, and for anyone who came by the Unix socket; `from`: where that one
 * came from, behind the socket; `pod`: the name of a pod that asks its own host.
 */
export type Identity = Rights & { name: string; token?: Token; from?: string; pod?: string }

/** Who came by the Unix socket: the user whose host it is, or root. */
export const localIdentity: Identity = { name: 'local', role: 'admin', path: '' }

/** What a token brought: who sent it, or why it does not count. */
export type Verdict = { identity: Identity } | { refusal: string }

/** How often it is looked whether the time of a token is over that holds a connection open. */
const expiryCheckMs = 1000

type AuthorityOptions = { tokens: Tokens; settings: Settings; clock: Clock; log: HostLog }

export class Authority {
  #tokens: Tokens
  #wrong: WrongTokens
  #log: HostLog
  #maxWrong: number
  /** What is to be ended with a token. */
  #held = new Map<Token, Set<() => void>>()
  #expiryTimer: NodeJS.Timeout | undefined
  /** Who may use the Unix socket in the name of another place, by their tickets. */
  #presented = new Map<string, Identity>()

  constructor({ tokens, settings, clock, log }: AuthorityOptions) {
    this.#tokens = tokens
    this.#wrong = new WrongTokens(settings, clock)
    this.#maxWrong = settings.maxWrongTokens
    this.#log = log
    tokens.onRemoved = token => this.#end(token)
  }

  /**
   * Lets a program of ours on this machine say by a ticket for whom it asks, so that it is known where that one is.
   * @returns the ticket, and what ends it
   */
  present(from: string): { ticket: string; end: () => void } {
    const ticket = randomBytes(24).toString('base64url')
    this.#presented.set(ticket, { ...localIdentity, from })
    return { ticket, end: () => void this.#presented.delete(ticket) }
  }

  /** Who brings that ticket by the Unix socket. */
  presented(ticket: unknown): Identity | undefined {
    return typeof ticket === 'string' ? this.#presented.get(ticket) : undefined
  }

  /** Looks at a token that came from `address`, and counts it there where it is wrong. */
  judge(secret: unknown, address: string): Verdict {
    const shutOutMs = this.#wrong.shutOutMs(address)
    if (shutOutMs > 0) {
      // Not even a right one: else who is shut out could go on trying.
      return { refusal: `Too many wrong tokens came from your address; wait ${Math.ceil(shutOutMs / 1000)} s` }
    }
    const token = this.#tokens.find(secret)
    if (token) return { identity: { name: token.name, role: token.role, path: token.path, token } }
    const count = this.#wrong.count(address)
    // The first, and the last that is looked at: nobody fills the log by guessing.
    if (count === 1) this.#log.warn('client', 'a wrong token', { address })
    if (count === this.#maxWrong)
      this.#log.warn('client', 'tokens from that address are refused for a while', { address, count })
    return { refusal: 'The token is wrong' }
  }

  /** Whether who was known still is. */
  isValid({ token }: Identity): boolean {
    return token === undefined || this.#tokens.isValid(token)
  }

  /** Has `end` called when the identity's token ends. @returns what forgets it */
  hold({ token }: Identity, end: () => void): () => void {
    if (!token) return () => {}
    const ends = this.#held.get(token) ?? new Set()
    this.#held.set(token, ends.add(end))
    if (token.expiresAtMs !== undefined) this.#watchExpiry()
    return () => {
      ends.delete(end)
      if (ends.size === 0 && this.#held.get(token) === ends) this.#held.delete(token)
    }
  }

  #end(token: Token): void {
    const ends = this.#held.get(token)
    this.#held.delete(token)
    for (const end of ends ?? []) end()
  }

  /** By looking, and not by a timer for each: a clock may be set, and a machine may sleep. */
  #watchExpiry(): void {
    this.#expiryTimer ??= setInterval(() => {
      const held = [...this.#held.keys()]
      for (const token of held) if (!this.#tokens.isValid(token)) this.#end(token)
      if (held.some(({ expiresAtMs }) => expiresAtMs !== undefined)) return
      clearInterval(this.#expiryTimer)
      this.#expiryTimer = undefined
    }, expiryCheckMs).unref()
  }
}
