// Who a client is: what its token stands for, and whether it is still valid. It knows nothing of bytes and of the wire.
import { randomBytes } from 'node:crypto'
import type { Rights } from '../../../protocol/access.ts'
import { quote } from '../../../protocol/names.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { Clock } from '../../system/clock.ts'
import type { HostLog } from '../../system/host-log.ts'
import type { Token, Tokens } from './tokens.ts'
import { WrongTokens } from './wrong-tokens.ts'

/**
 * A client that is known. `token` is undefined for a pod, and for a client of the Unix socket. `from`: where such a
 * client really is, if a program on this machine asks for it. `pod`: the name of a pod that asks its own host.
 */
export type Identity = Rights & { name: string; token?: Token; from?: string; pod?: string }

/** A client of the Unix socket: the user of the host, or root. */
export const localIdentity: Identity = { name: 'local', role: 'admin', path: '' }

/** The verdict on a token: whose it is, or why it does not count. */
export type Verdict = { identity: Identity } | { refusal: string }

/** How often to check whether the tokens of open connections have expired. */
const expiryCheckMs = 1000

type AuthorityOptions = { tokens: Tokens; settings: Settings; clock: Clock; log: HostLog }

export class Authority {
  #tokens: Tokens
  #wrong: WrongTokens
  #log: HostLog
  #maxWrong: number
  #maxTokenConnections: number
  /** What ends with each token. */
  #held = new Map<Token, Set<() => void>>()
  #expiryTimer: NodeJS.Timeout | undefined
  /** The identities of programs that use the Unix socket for a client elsewhere, by ticket. */
  #presented = new Map<string, Identity>()

  constructor({ tokens, settings, clock, log }: AuthorityOptions) {
    this.#tokens = tokens
    this.#wrong = new WrongTokens(settings, clock)
    this.#maxWrong = settings.maxWrongTokens
    this.#maxTokenConnections = settings.maxTokenConnections
    this.#log = log
    tokens.whenRemoved(token => this.#end(token))
  }

  /**
   * Makes a ticket by which a program of ours on this machine says for whom it asks, so that it is known where that
   * client is, and what it may do.
   * @returns the ticket, and a function that ends it
   */
  present(from: string, identity: Identity = localIdentity): { ticket: string; end: () => void } {
    const ticket = randomBytes(24).toString('base64url')
    this.#presented.set(ticket, { ...identity, from })
    return { ticket, end: () => void this.#presented.delete(ticket) }
  }

  /** The identity that belongs to a ticket. */
  presented(ticket: unknown): Identity | undefined {
    return typeof ticket === 'string' ? this.#presented.get(ticket) : undefined
  }

  /** Judges a token from `address`, and counts it there if it is wrong. */
  judge(secret: unknown, address: string): Verdict {
    const shutOutMs = this.#wrong.shutOutMs(address)
    if (shutOutMs > 0) {
      // Not even a right one: otherwise a refused address could keep trying.
      return { refusal: `Too many wrong tokens came from your address; wait ${Math.ceil(shutOutMs / 1000)} s` }
    }
    const token = this.#tokens.find(secret)
    if (token && (this.#held.get(token)?.size ?? 0) >= this.#maxTokenConnections)
      return {
        refusal: `The token has ${this.#maxTokenConnections} connections open, as many as maxTokenConnections allows`,
      }
    if (token) return { identity: { name: token.name, role: token.role, path: token.path, token } }
    // Whoever has an expired token does not guess, so it does not count as a wrong one.
    const expired = this.#tokens.findExpired(secret)
    if (expired) return { refusal: `The token ${quote(expired.name)} expired at ${expiryOf(expired)}` }
    const count = this.#wrong.count(address)
    // Only the first wrong token and the last one are logged, so that nobody fills the log by guessing.
    if (count === 1) this.#log.warn('client', 'a wrong token', { address })
    if (count === this.#maxWrong)
      this.#log.warn('client', 'tokens from that address are refused for a while', { address, count })
    return { refusal: 'The token is wrong' }
  }

  /** Whether a known client is still allowed in. */
  isValid({ token }: Identity): boolean {
    return token === undefined || this.#tokens.isValid(token)
  }

  /** Calls `end` when the identity's token ends. @returns a function that cancels this */
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

  /** By looking, not by a timer for each: a clock may be set, and a machine may sleep. */
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

function expiryOf({ expiresAtMs = 0 }: Token): string {
  return new Date(expiresAtMs).toISOString()
}
