// Sends the metrics of a host now and then. Those that the receiver does not take are dropped: the next ones tell more.
import { setTimeout as delay } from 'node:timers/promises'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { P8a } from 'p8a'
import { familiesIn } from './exposition.ts'
import type { From } from './log-records.ts'
import { metricsOf, resourceOf } from './metric-data.ts'
import type { Receiver } from './receiver.ts'
import type { Told } from './told.ts'

export type MetricShippingOptions = {
  verbs: Pick<P8a['verbs'], 'ask'>
  receiver: Pick<Receiver<ResourceMetrics>, 'send'>
  from: From
  told: Pick<Told, 'taken' | 'failed'>
  intervalMs: number
}

export class MetricShipping {
  #options: MetricShippingOptions
  #sinceMs = Date.now()

  constructor(options: MetricShippingOptions) {
    this.#options = options
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs, told } = this.#options
    while (!signal.aborted) {
      const begunMs = performance.now()
      await this.#send(signal).catch(error => {
        if (!signal.aborted) told.failed('metrics', (error as Error).message)
      })
      const restMs = Math.max(0, intervalMs - (performance.now() - begunMs))
      await delay(restMs, undefined, { signal }).catch(() => {})
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { verbs, receiver, from, told } = this.#options
    const { text } = await verbs.ask('host.metrics', {}, { signal })
    const families = familiesIn(text)
    // A host within others is not told when the daemon began.
    const began = families.find(({ name }) => name === 'p8a_host_start_time_seconds')?.samples[0]?.value
    const beganMs = began === undefined ? this.#sinceMs : began * 1000
    const span = { beganMs, nowMs: Date.now() }
    const sent = await receiver.send(metricsOf(families, { resource: resourceOf(from), version: from.version, span }))
    if (sent.is === 'taken') told.taken('metrics', 1)
    else told.failed('metrics', sent.why)
  }
}
