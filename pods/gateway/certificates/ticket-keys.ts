// The keys of the tickets by which clients of TLS come back without a whole handshake. All runs of the gateway share them, and all
// gateways that share a Redis, or else a client that meets another one would begin anew. Each makes tickets for half a day, and is
// known to all a while before; its tickets are accepted for half a day more: who gets it later can read no more.
import { randomBytes } from 'node:crypto'
import type { TicketStore } from './ticket-store.ts'

const keyBytes = 48
const lastsMs = 12 * 60 * 60 * 1000
/** How long before its time the next key is made. */
const aheadMs = 10 * 60_000
/** How often to look whether there are others. */
const lookMs = 60_000

/** Tickets are made with `make`, and accepted of all of `accept`. Each is 48 bytes: its name, and those for HMAC and AES. */
export type Tickets = { make: Buffer; accept: readonly Buffer[] }

/** `fromMs`: when it begins to make tickets, by the wall clock. */
type Key = { key: string; fromMs: number }

export class TicketKeys {
  #store: TicketStore
  #use: (tickets: Tickets) => void
  #inUse = ''
  #timer: NodeJS.Timeout | undefined

  /** @param use takes the keys, at first and whenever there are others */
  constructor(store: TicketStore, use: (tickets: Tickets) => void) {
    this.#store = store
    this.#use = use
  }

  async open(): Promise<void> {
    await this.look(Date.now())
    this.#timer = setInterval(() => void this.look(Date.now()), lookMs).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Takes the keys that all share now; whoever finds that it is time makes the next one. Without a store each run has its own, which works too. */
  async look(nowMs: number): Promise<void> {
    try {
      const found = await this.#store.read()
      const next = withNext(parsed(found, nowMs), nowMs)
      const text = next ? await this.#store.replace(found, textOf(next)) : found
      this.#take(parsed(text, nowMs), nowMs)
    } catch {
      // The disk is full, or the folder is away: what is in use stays so.
    }
  }

  #take(keys: readonly Key[], nowMs: number): void {
    // The clock of whoever made the first may be ahead of this one.
    const make = keys.find(({ fromMs }) => fromMs <= nowMs) ?? keys.at(-1)
    if (!make) return
    const inUse = [make, ...keys].map(({ key }) => key).join()
    if (inUse === this.#inUse) return
    this.#inUse = inUse
    this.#use({ make: bytesOf(make), accept: keys.map(bytesOf) })
  }
}

/** @returns those with another one, if it is time for that */
function withNext(keys: readonly Key[], nowMs: number): Key[] | undefined {
  const [newest] = keys
  if (newest && nowMs < newest.fromMs + lastsMs - aheadMs) return undefined
  const fromMs = newest === undefined ? nowMs : Math.max(nowMs, newest.fromMs + lastsMs)
  return [{ key: randomBytes(keyBytes).toString('base64'), fromMs }, ...keys]
}

/** Those that are good, the newest first. One from far ahead is of a clock that was wrong. */
function parsed(text: string, nowMs: number): Key[] {
  const keys = text.split('\n').map(line => {
    const [key = '', from = ''] = line.split(' ')
    return { key, fromMs: Date.parse(from) }
  })
  const isGood = (one: Key) =>
    bytesOf(one).length === keyBytes && one.fromMs <= nowMs + aheadMs && nowMs < one.fromMs + 2 * lastsMs
  return keys.filter(isGood).sort((one, other) => other.fromMs - one.fromMs)
}

function textOf(keys: readonly Key[]): string {
  return keys.map(({ key, fromMs }) => `${key} ${new Date(fromMs).toISOString()}\n`).join('')
}

function bytesOf({ key }: Key): Buffer {
  return Buffer.from(key, 'base64')
}
