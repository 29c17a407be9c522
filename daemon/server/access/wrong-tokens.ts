// Counts wrong tokens by the address they come from, and tells when an address is refused. It knows no connections.
import { isIPv6 } from 'node:net'
import type { Settings } from '../../../protocol/settings.ts'
import type { Clock } from '../../system/clock.ts'

/** How many addresses are remembered; if there are more, the one that began first is forgotten. */
const mostAddresses = 10_000

type Count = { wrong: number; endsAtMs: number }

export class WrongTokens {
  #limits: Pick<Settings, 'maxWrongTokens' | 'wrongTokenWindow'>
  #clock: Clock
  #counts = new Map<string, Count>()

  constructor(limits: Pick<Settings, 'maxWrongTokens' | 'wrongTokenWindow'>, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Counts one more. @returns how many there were within the window */
  count(address: string): number {
    const source = sourceOf(address)
    const count = this.#current(source) ?? { wrong: 0, endsAtMs: this.#clock.nowMs() + this.#limits.wrongTokenWindow }
    count.wrong++
    this.#counts.set(source, count)
    const oldest = this.#counts.keys().next()
    if (this.#counts.size > mostAddresses && !oldest.done) this.#counts.delete(oldest.value)
    return count.wrong
  }

  /** For how long tokens from there are refused; 0 if they are not. */
  shutOutMs(address: string): number {
    const count = this.#current(sourceOf(address))
    if (!count || count.wrong < this.#limits.maxWrongTokens) return 0
    return Math.max(1, count.endsAtMs - this.#clock.nowMs())
  }

  #current(source: string): Count | undefined {
    const count = this.#counts.get(source)
    if (!count || count.endsAtMs > this.#clock.nowMs()) return count
    this.#counts.delete(source)
    return undefined
  }
}

/** The owner of one IPv6 address has all of its /64, so these count as one. */
export function sourceOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  // A zone, as in fe80::1%eth0, belongs to our side and not to theirs.
  const [head = '', tail] = plain.replace(/%.*/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const zeroes = tail === undefined ? 0 : 8 - before.length - (tail === '' ? 0 : tail.split(':').length)
  return [...before, ...Array<string>(zeroes).fill('0')]
    .concat(tail?.split(':') ?? [])
    .slice(0, 4)
    .join(':')
}
