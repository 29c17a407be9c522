// Logs and metrics of a host to anything that takes OTLP over HTTP: `pod push local otlp p8a:otlp`, and then
// `pod start local otlp --endpoint http://collector:4318`. docs/METRICS.md tells what it sends.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import type { Pod, PodConfigInput } from 'p8a'
import { LogShipping } from './log-shipping.ts'
import { MetricShipping } from './metric-shipping.ts'
import { PositionFile } from './position-file.ts'
import { Receiver } from './receiver.ts'
import { settingsOf, signalUrl } from './settings.ts'
import { Told } from './told.ts'

/** Two of it would send everything twice. */
export const config: PodConfigInput = { may: 'read', single: true }

const main: Pod = async (params, bus, p8a) => {
  const settings = settingsOf(params, process.env)
  const { endpoint, headers, timeoutMs: timeoutMillis } = settings
  const { id, version } = await p8a.verbs.info()
  const from = { id, version, host: hostname(), path: p8a.path }
  const told = new Told({ endpoint, say: text => bus.emit('status', 'up', text), log: text => p8a.log('otlp', text) })
  const ending = new AbortController()
  const { signal } = ending
  const way = { timeoutMillis, concurrencyLimit: mostUnended, ...(headers && { headers }) }
  const mostMs = timeoutMillis + overMs
  const work: Promise<void>[] = []
  if (settings.logs) {
    const receiver = new Receiver(new OTLPLogExporter({ ...way, url: signalUrl(endpoint, 'logs') }), mostMs)
    const position = new PositionFile(join(p8a.storage, 'position.json'))
    work.push(new LogShipping({ verbs: p8a.verbs, receiver, position, from, told }).run(signal))
  }
  if (settings.metrics) {
    const receiver = new Receiver(new OTLPMetricExporter({ ...way, url: signalUrl(endpoint, 'metrics') }), mostMs)
    const { intervalMs } = settings
    work.push(new MetricShipping({ verbs: p8a.verbs, receiver, from, told, intervalMs }).run(signal))
  }
  told.begin()
  return async () => {
    ending.abort()
    // What is under way then may be sent again by the next run.
    await Promise.race([Promise.all(work), delay(partingMs)])
  }
}
export default main

/** What is given up while its answer still comes, byte by byte, is held until that ends: of so many at once. */
const mostUnended = 4
/** The exporter, which can say better what is wrong, gives up first. */
const overMs = 500
/** How long it waits for an answer of the receiver when it is to end. */
const partingMs = 1000
