// Room in memory for what is read from the disk for answers. All clients share it. Each has a share of its own, however
// many connections and requests it has, so that a client that takes no answers keeps no other one waiting.
import { abortedBy } from '../../protocol/channel/request.ts'
import { P8aError } from '../../protocol/errors.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { Settings } from '../../protocol/settings.ts'

type Limits = Pick<Settings, 'maxReadingBytes' | 'readingPatience'>

type Reader = { who: string; signal: AbortSignal }

type Waiting = { bytes: number; begin: () => void }

/** The part of all the room that one client may have. */
const share = 1 / 4

export class ReadRoom {
  #limits: Limits
  #free: number
  #maxOfOne: number
  /** How much each client has. */
  #taken = new Map<string, number>()
  /** By client, in the order of their turns. */
  #waiting = new Map<string, Set<Waiting>>()

  constructor(limits: Limits) {
    this.#limits = limits
    this.#free = limits.maxReadingBytes
    this.#maxOfOne = Math.ceil(limits.maxReadingBytes * share)
  }

  /**
   * Does `work` once there is room for so many bytes. Work that needs more than the share of one client gets all of the
   * share.
   * @throws {P8aError} `host_busy` if there is no room in time; `aborted` by the signal while it waits; what `work` throws
   */
  async during<T>(bytes: number, reader: Reader, work: () => Promise<T>): Promise<T> {
    const { who, signal } = reader
    if (signal.aborted) throw abortedBy(signal)
    const needed = Math.min(bytes, this.#maxOfOne)
    if (!this.#waiting.has(who) && this.#isRoomFor(who, needed)) this.#take(who, needed)
    else await this.#turn(needed, reader)
    try {
      return await work()
    } finally {
      this.#take(who, -needed)
      this.#next()
    }
  }

  #isRoomFor(who: string, bytes: number): boolean {
    return bytes <= this.#free && (this.#taken.get(who) ?? 0) + bytes <= this.#maxOfOne
  }

  #take(who: string, bytes: number): void {
    this.#free -= bytes
    const taken = (this.#taken.get(who) ?? 0) + bytes
    if (taken > 0) this.#taken.set(who, taken)
    else this.#taken.delete(who)
  }

  async #turn(bytes: number, { who, signal }: Reader): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { bytes, begin: resolve }
    const queue = this.#waiting.get(who) ?? new Set()
    this.#waiting.set(who, queue.add(waiting))
    const leave = (error: P8aError) => {
      if (!queue.delete(waiting)) return
      if (queue.size === 0) this.#waiting.delete(who)
      reject(error)
      this.#next()
    }
    const { maxReadingBytes, readingPatience } = this.#limits
    const timer = longTimeout(() => leave(noRoom(maxReadingBytes)), readingPatience)
    const onAbort = () => leave(abortedBy(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Lets begin for whom there is room now; each client that begins goes to the end of the row. */
  #next(): void {
    let hasBegun = false
    for (const [who, queue] of [...this.#waiting]) {
      const [first] = queue
      if (!first || !this.#isRoomFor(who, first.bytes)) continue
      hasBegun = true
      this.#take(who, first.bytes)
      queue.delete(first)
      this.#waiting.delete(who)
      if (queue.size > 0) this.#waiting.set(who, queue)
      first.begin()
    }
    if (hasBegun) this.#next()
  }
}

function noRoom(maxReadingBytes: number): P8aError {
  return new P8aError('host_busy', 'Cannot read for the answer: too much is being read for this client already', {
    hint: 'Take the answers that are on their way, or raise maxReadingBytes in host.json',
    facts: { limit: maxReadingBytes },
  })
}
