// Has V8 collect what a burst of work left, once it is over. V8 itself would wait for more work to come, and its own
// search while idle costs as much CPU as the checks of 50 pods.
import { setTimeout as delay } from 'node:timers/promises'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How long nothing was asked when a burst is over. */
const quietMs = 1000
/** What is worth the 10 ms that a collection takes. */
const worthBytes = 1024 * 1024
/** How long V8 takes to give pages back. */
const pageMs = 500

export class Garbage {
  #timer: NodeJS.Timeout | undefined
  #leftBytes = usedBytes()
  #collect: NodeJS.GCFunction | undefined

  /** Says that some work was done. */
  expect(): void {
    this.#timer ??= setTimeout(() => void this.#look(), quietMs).unref()
    this.#timer.refresh()
  }

  async #look(): Promise<void> {
    if (usedBytes() - this.#leftBytes < worthBytes) return
    this.#collect ??= collector()
    // The young first, which is quick, and gives their pages back once V8 has had a moment; then all, beside other work.
    this.#collect({ type: 'minor' })
    await delay(pageMs)
    await this.#collect({ type: 'major', execution: 'async' })
    this.#leftBytes = usedBytes()
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
