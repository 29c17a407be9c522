// Makes V8 collect the garbage of a burst of work once the burst is over. V8 itself would wait for more work, and its
// own search while idle costs as much CPU as the checks of 50 pods.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A burst is over when nothing was asked for this long. */
const quietMs = 1000
/** How much garbage is worth the 20 ms of a collection. */
const worthBytes = 1024 * 1024
/** A host in use has as much after a collection: were that found out in steps, each of its first dozen bursts would be worth one. */
const lastingBytes = 24 * 1024 * 1024

export class Garbage {
  #timer: NodeJS.Timeout | undefined
  /** Of the first burst, which is the start, nothing is known to last. */
  #leftBytes = 0
  #collect: NodeJS.GCFunction | undefined

  /** Says that some work was done. */
  expect(): void {
    this.#timer ??= setTimeout(() => this.#look(), quietMs).unref()
    this.#timer.refresh()
  }

  #look(): void {
    this.#timer = undefined
    if (usedBytes() - this.#leftBytes < worthBytes) return
    this.#collect ??= collector()
    // This collects everything and returns the pages. Other ways collect as much and return little.
    this.#collect({ type: 'major', flavor: 'last-resort' })
    // More than that may be of a request under way, so it counts as lasting only in steps.
    this.#leftBytes = Math.min(usedBytes(), Math.max(lastingBytes, this.#leftBytes + worthBytes))
  }
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/**
 * Only contexts that are made after the flag have gc(). As a flag at start it would make Node discard its precompiled
 * code.
 */
function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as NodeJS.GCFunction
}
