// Whoever connects to a pod that sleeps is not accepted, and wakes it: its host is told, or the next one, which watches again. They
// wait for a host only for so long.
import { deadline } from '../../protocol/deadline.ts'
import type { Sockets } from './sockets.ts'

export class Knocks {
  #sockets: Pick<Sockets, 'watch' | 'unwatch' | 'turnAway'>
  /** Since somebody waits for these pods: what becomes of them where no host comes. */
  #late = new Map<string, NodeJS.Timeout>()

  constructor(sockets: Pick<Sockets, 'watch' | 'unwatch' | 'turnAway'>) {
    this.#sockets = sockets
  }

  /**
   * @param options.waitMs how long they wait for a host
   * @param options.tell tells the host, once. @returns whether there is one
   */
  watch(key: string, options: { waitMs: number; tell: () => boolean }): void {
    this.forget(key)
    this.#sockets.watch(key, () => {
      options.tell()
      this.#late.set(
        key,
        deadline(() => void this.#onLate(key, options), options.waitMs),
      )
    })
  }

  /** The pod is being woken, or nobody is to wake it any more. */
  forget(key: string): void {
    clearTimeout(this.#late.get(key))
    this.#late.delete(key)
    this.#sockets.unwatch(key)
  }

  /** Closes the connections that wait. */
  async turnAway(key: string): Promise<void> {
    this.forget(key)
    await this.#sockets.turnAway(key)
  }

  /** A host that is there does with them what it decides. */
  async #onLate(key: string, options: { waitMs: number; tell: () => boolean }): Promise<void> {
    this.#late.delete(key)
    if (options.tell()) return
    await this.#sockets.turnAway(key).catch(error => process.stderr.write(`${key}: ${error}\n`))
    this.watch(key, options)
  }
}
