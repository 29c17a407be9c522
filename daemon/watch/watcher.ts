// One watcher: takes changes whenever it is ready for more. Changes that it does not take in time are not kept: it gets
// a snapshot in their place, so that a watcher, however slow, never costs more than a limited number of changes.
import type { PodChange } from '../../protocol/changes.ts'
import type { P8aError } from '../../protocol/errors.ts'
import { isWithin } from '../../protocol/names.ts'
import type { Asker, PodStatus } from '../../protocol/words.ts'

/** How many changes wait for a watcher. */
const maxWaiting = 256

export type WatcherOptions = {
  /** The host that it watches, */
  path: string
  /** and whether also those within it. */
  within: boolean
  /** Who watches. */
  by: Asker
  /** The present status of all pods there. */
  snapshot: () => PodStatus[]
}

export class Watcher {
  readonly path: string
  readonly within: boolean
  readonly by: Asker
  #snapshot: () => PodStatus[]
  #waiting: PodChange[] = []
  /** It has to get a snapshot, which includes all changes until then. */
  #isBehind = true
  #end: P8aError | undefined
  #arrived = Promise.withResolvers<void>()

  constructor({ path, within, by, snapshot }: WatcherOptions) {
    this.path = path
    this.within = within
    this.by = by
    this.#snapshot = snapshot
  }

  /** Whether it watches the host at `path`. */
  covers(path: string): boolean {
    return this.within ? isWithin(this.path, path) : path === this.path
  }

  push(changes: readonly PodChange[]): void {
    if (this.#isBehind || changes.length === 0) return
    if (this.#waiting.length + changes.length > maxWaiting) {
      this.#isBehind = true
      this.#waiting = []
    } else this.#waiting.push(...changes)
    this.#arrived.resolve()
  }

  /** It gets no more; changes that wait for it come first. */
  end(error: P8aError): void {
    this.#end ??= error
    this.#arrived.resolve()
  }

  /**
   * The changes since the last call, at least one; at first, and if it was too slow, a snapshot. Only one call at a
   * time.
   * @param signal aborted when it no longer waits: then it gets no changes
   * @throws {P8aError} the error with which it was ended
   */
  async next(signal: AbortSignal): Promise<PodChange[]> {
    for (;;) {
      if (signal.aborted) return []
      if (this.#isBehind && !this.#end) {
        this.#isBehind = false
        return [{ type: 'snapshot', pods: this.#snapshot() }]
      }
      if (this.#waiting.length > 0) return this.#waiting.splice(0)
      if (this.#end) throw this.#end
      this.#arrived = Promise.withResolvers()
      await settledOr(this.#arrived.promise, signal)
    }
  }
}

async function settledOr(arrived: Promise<void>, signal: AbortSignal): Promise<void> {
  const gone = Promise.withResolvers<void>()
  const onAbort = () => gone.resolve()
  signal.addEventListener('abort', onAbort, { once: true })
  await Promise.race([arrived, gone.promise])
  signal.removeEventListener('abort', onAbort)
}
