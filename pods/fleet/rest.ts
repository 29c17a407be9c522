// Gives memory back once a fleet pod has nothing to do: V8 keeps the garbage of a start, or of many calls, until there is more work.
import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** More of the time than this, and it is no rest. */
const mostBusy = 0.1
/** How much garbage is worth the 20 ms of a collection; where far more is in use, and a collection takes longer, a quarter of that. */
const worthBytes = 4 * 1024 * 1024
const worthPart = 1 / 4

/** @param busy how much of the time since the last look there was work, 0 to 1; @param leftBytes what was in use after the last collection */
export const isWorth = ({
  busy,
  usedBytes,
  leftBytes,
}: {
  busy: number
  usedBytes: number
  leftBytes: number
}): boolean => busy <= mostBusy && usedBytes - leftBytes >= Math.max(worthBytes, leftBytes * worthPart)

export class Rest {
  #last = performance.eventLoopUtilization()
  #leftBytes = 0
  #collect: NodeJS.GCFunction | undefined

  /** Looks whether there was rest since it looked last, and collects where that is worth it. */
  look({ busy = this.#busy() } = {}): void {
    if (!isWorth({ busy, usedBytes: usedBytes(), leftBytes: this.#leftBytes })) return
    this.#collect ??= collector()
    // This collects everything and returns the pages. Other ways collect as much and return little.
    this.#collect({ type: 'major', flavor: 'last-resort' })
    this.#leftBytes = usedBytes()
  }

  #busy(): number {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#last)
    this.#last = now
    return utilization
  }
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** Only contexts that are made after the flag have gc(). As a flag at the start it would make Node discard its precompiled code. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as NodeJS.GCFunction
}
