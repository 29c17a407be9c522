// Has V8 collect what a burst of work left, once it is over. V8 itself would wait for more work to come, and its own
// search while idle costs as much CPU as the checks of 50 pods.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How long nothing was asked when a burst is over. */
const quietMs = 1000
/** What is worth the 20 ms that a collection takes. */
const worthBytes = 1024 * 1024

export class Garbage {
  #timer: NodeJS.Timeout | undefined
  #leftBytes = usedBytes()
  #collect: NodeJS.GCFunction | undefined

  /** Says that some work was done. */
  expect(): void {
    this.#timer ??= setTimeout(() => this.#look(), quietMs).unref()
    this.#timer.refresh()
  }

  #look(): void {
    if (usedBytes() - this.#leftBytes < worthBytes) return
    this.#collect ??= collector()
    // All that can be had, and the pages it was in: other ways collect as much and give little back.
    this.#collect({ type: 'major', flavor: 'last-resort' })
    // What is in use may be that of a request under way: it counts as lasting bit by bit.
    this.#leftBytes = Math.min(usedBytes(), this.#leftBytes + worthBytes)
  }
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** Only contexts made after the flag have it, and as a flag at start it would cost Node the code it keeps ready. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as NodeJS.GCFunction
}
