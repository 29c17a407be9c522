// By how much the event loop of the host is late, as those who ask for metrics see it. Nothing is measured while nobody asks.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often it is looked. */
const resolutionMs = 20
/** Whoever asks for metrics asks again by then. */
const quietMs = 5 * 60_000

export type Lag = { p50: number; p99: number }

export class LoopLag {
  #histogram: ReturnType<typeof monitorEventLoopDelay> | undefined
  #quiet: NodeJS.Timeout | undefined

  /** Seconds since it was asked last; undefined the first time, from which on it is measured. */
  take(): Lag | undefined {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.end(), quietMs).unref()
    if (!this.#histogram) {
      this.#histogram = monitorEventLoopDelay({ resolution: resolutionMs })
      this.#histogram.enable()
      return undefined
    }
    const { count } = this.#histogram
    // What is told is the time between two looks, and not what is above the time that was asked for.
    const lateBy = (percentile: number) =>
      Math.max(0, (this.#histogram?.percentile(percentile) ?? 0) / 1e9 - resolutionMs / 1000)
    const lag = count === 0 ? undefined : { p50: lateBy(50), p99: lateBy(99) }
    this.#histogram.reset()
    return lag
  }

  end(): void {
    clearTimeout(this.#quiet)
    this.#histogram?.disable()
    this.#histogram = undefined
  }
}
