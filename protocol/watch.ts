// Watches a host, for a pod or a program: yields the changes one by one, keeps the status of all pods, and begins again
// when the host was away. It does not know how the host is reached.
import { type Change, type Named, type PodChange, takeIn } from './changes.ts'
import { joinPath } from './names.ts'
import type { PodStatus } from './words.ts'

export type WatchSource = {
  /** The path of the host that is watched. */
  path: string
  /** What `host.watch` tells, beginning with a snapshot. */
  open: (signal: AbortSignal) => AsyncIterable<PodChange[]>
  /**
   * Waits until another try makes sense, or the signal is aborted.
   * @param error what ended the last try, if an error did
   * @param tries how many tries have failed since the host last told something
   * @throws an error that no further try can cure
   */
  again: (error: unknown, tries: number) => Promise<void>
  signal?: AbortSignal | undefined
}

/** `for await (const change of watch)`: a snapshot, then each change, until it is left or its signal is aborted. */
export class Watch implements AsyncIterable<Change> {
  #source: WatchSource
  #pods = new Map<string, PodStatus>()

  constructor(source: WatchSource) {
    this.#source = source
  }

  /** The status of all pods after the last change, by the names that changes have. */
  get pods(): ReadonlyMap<string, PodStatus> {
    return this.#pods
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void, undefined> {
    const { open, again, signal = new AbortController().signal } = this.#source
    for (let tries = 1; !signal.aborted; tries++) {
      let failure: unknown
      try {
        for await (const changes of open(signal)) {
          tries = 0
          for (const change of changes) {
            yield* this.#take(change)
            if (signal.aborted) return
          }
        }
      } catch (error) {
        failure = error
      }
      if (!signal.aborted) await again(failure, tries)
    }
  }

  /** A change of an unknown pod is ignored. */
  *#take(change: PodChange): Generator<Change> {
    const nameOf = (at: Named) => this.#nameOf(at)
    if (change.type === 'snapshot') {
      takeIn(this.#pods, change, nameOf)
      yield change
      return
    }
    const name = nameOf(change)
    const before = this.#pods.get(name)
    takeIn(this.#pods, change, nameOf)
    const pod = this.#pods.get(name) ?? before
    if (!pod) return
    if (change.type === 'run') yield { type: 'run', name, pod, run: change.run }
    else if (change.type === 'ended') {
      yield { type: 'ended', name, pod, run: change.run, ...(change.end && { end: change.end }) }
    } else yield { type: change.type, name, pod }
  }

  #nameOf({ path, name }: Named): string {
    const { path: top } = this.#source
    const within = path.slice(top === '' || path === top ? top.length : top.length + 1)
    return joinPath(within, name)
  }
}
