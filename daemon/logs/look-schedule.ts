// When to look at which directory: at once if the system says that it changed, repeatedly while it changes, and now and
// then anyway. A watch only tells that a quiet directory has changed. A directory in which a pod writes a hundred
// thousand lines a second would produce too many events, so it is looked at ten times a second.

import { type FSWatcher, watch } from 'node:fs'
import { monotonicMs } from '../../protocol/deadline.ts'

/** The pause between two looks at a directory that changes. */
const busyLookMs = 100

/** How often to look at some directories without an event: events may be lost, or not available. */
const idleLookMs = 1000

/** How many directories to look at then; if there are more, they take turns. */
const idleLookCount = 100

/** How many times longer to rest than to look. */
const restFactor = 4

type Place = { path: string; watcher: FSWatcher | undefined }

export class LookSchedule {
  #places = new Map<string, Place>()
  /** Places that changed lately, or that may have changed before they were watched. */
  #busy = new Set<string>()
  /** Places to look at without an event; those that waited longest come first. */
  #turns: string[] = []
  #isBehind = false
  #lookedAtMs = monotonicMs()
  #idleLookAtMs = monotonicMs()
  #wake: () => void = () => {}
  #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Adds a directory, to be looked at soon. If it is there already, nothing changes. */
  add(place: string, path: string): void {
    if (this.#places.has(place)) return
    this.#places.set(place, { path, watcher: undefined })
    this.#busy.add(place)
    this.#turns.push(place)
  }

  remove(place: string): void {
    this.#unwatch(place)
    this.#places.delete(place)
    this.#busy.delete(place)
    this.#turns = this.#turns.filter(other => other !== place)
  }

  /** Waits until something should be looked at. @returns the places, none once aborted */
  async next(): Promise<string[]> {
    const tookMs = monotonicMs() - this.#lookedAtMs
    const busyRestMs = Math.min(Math.max(busyLookMs, restFactor * tookMs), idleLookMs)
    while (!this.#signal.aborted) {
      if (!this.#isBehind) await this.#rest(this.#busy.size > 0 ? busyRestMs : idleLookMs)
      this.#isBehind = false
      this.#lookedAtMs = monotonicMs()
      const places = new Set([...this.#busy, ...this.#takeTurns()])
      if (places.size > 0) return this.#signal.aborted ? [] : [...places]
    }
    return []
  }

  /**
   * Reports what a look at a place has shown: whether there was something new, and whether there is more to read at
   * once.
   */
  report(place: string, { isNew, isBehind }: { isNew: boolean; isBehind: boolean }): void {
    if (!this.#places.has(place)) return
    if (isBehind) this.#isBehind = true
    // A quiet directory is watched, and looked at once more for changes from before the watch.
    if (isNew || this.#watch(place)) this.#busy.add(place)
    else this.#busy.delete(place)
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    for (const place of this.#places.keys()) this.#unwatch(place)
    this.#places.clear()
  }

  #onAbort = () => this.#wake()

  /** @returns whether the watch is new */
  #watch(name: string): boolean {
    const place = this.#places.get(name)
    if (!place || place.watcher) return false
    try {
      place.watcher = watch(place.path, () => this.#onChange(name))
      place.watcher.on('error', () => this.#onChange(name))
      return true
    } catch {
      // It is gone, or the system has no more watches: the looks without an event have to be enough.
      return false
    }
  }

  #unwatch(name: string): void {
    const place = this.#places.get(name)
    place?.watcher?.close()
    if (place) place.watcher = undefined
  }

  #onChange(name: string): void {
    this.#unwatch(name)
    const isFirst = this.#busy.size === 0
    this.#busy.add(name)
    if (isFirst) this.#wake()
  }

  #takeTurns(): string[] {
    if (monotonicMs() - this.#idleLookAtMs < idleLookMs) return []
    this.#idleLookAtMs = monotonicMs()
    const taken = this.#turns.splice(0, idleLookCount)
    this.#turns.push(...taken)
    return taken
  }

  async #rest(ms: number): Promise<void> {
    if (this.#signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }
}
