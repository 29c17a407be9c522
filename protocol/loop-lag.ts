// By how much the event loop of this process is late, as those who ask for metrics see it. Nothing is measured while nobody asks.
import type { ELDHistogram } from 'node:perf_hooks'

/** How often the loop of a host is looked at, and that of a run, of which there may be a thousand. */
export const resolutions = { hostMs: 20, runMs: 100 } as const
/** Whoever asks for metrics asks again by then. */
const quietMs = 5 * 60_000

export type Lag = { p50: number; p99: number }

export class LoopLag {
  #resolutionMs: number
  #histogram: ELDHistogram | undefined
  #quiet: NodeJS.Timeout | undefined

  /** @param resolutionMs how often it is looked */
  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs
  }

  /** Seconds since it was asked last; undefined the first time, from which on it is measured. */
  take(): Lag | undefined {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.end(), quietMs).unref()
    if (!this.#histogram) {
      // A run does not pay for it at its start.
      const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
      this.#histogram = monitorEventLoopDelay({ resolution: this.#resolutionMs })
      this.#histogram.enable()
      return undefined
    }
    const { count } = this.#histogram
    // What is told is the time between two looks, and not what is above the time that was asked for.
    const lateBy = (percentile: number) =>
      Math.max(0, (this.#histogram?.percentile(percentile) ?? 0) / 1e9 - this.#resolutionMs / 1000)
    // It needs two looks in a row: who asks more often than that must not begin them anew each time.
    if (count === 0) return undefined
    const lag = { p50: lateBy(50), p99: lateBy(99) }
    this.#histogram.reset()
    return lag
  }

  end(): void {
    clearTimeout(this.#quiet)
    this.#histogram?.disable()
    this.#histogram = undefined
  }
}
