// Lines of a log as OpenTelemetry has them. Pure, but for what is remembered of resources.
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { LogEntry } from 'p8a'

/** The host whose logs and metrics these are. */
export type From = { id: string; version: string; host: string; path: string }

/** So many runs are remembered at once. */
const mostResources = 1000

export class LogRecords {
  #from: From
  #resources = new Map<string, Resource>()

  constructor(from: From) {
    this.#from = from
  }

  of({ time, pod, run, source, tags, text }: LogEntry): ReadableLogRecord {
    const hrTime = hrTimeOf(time)
    const words = tags.filter(tag => tag !== source)
    return {
      hrTime,
      hrTimeObserved: hrTime,
      body: text,
      resource: this.#resourceOf(pod, run),
      instrumentationScope: { name: 'p8a', version: this.#from.version },
      attributes: {
        ...(source !== 'host' && { 'log.iostream': source }),
        ...(words.length > 0 && { 'p8a.tags': words }),
      },
      droppedAttributesCount: 0,
    }
  }

  /** Lines of one run have the very same one, by which they are put together. */
  #resourceOf(pod: string | undefined, run: string | undefined): Resource {
    const key = run ?? pod ?? ''
    const known = this.#resources.get(key)
    if (known) return known
    if (this.#resources.size >= mostResources) this.#resources.clear()
    const { id, host, path } = this.#from
    const resource = resourceFromAttributes({
      'service.name': pod ?? 'p8a',
      ...(path !== '' && { 'service.namespace': path }),
      'service.instance.id': run ?? id,
      'host.name': host,
    })
    this.#resources.set(key, resource)
    return resource
  }
}

/** @param time RFC 3339 in UTC, with nine digits of a second */
export function hrTimeOf(time: string): [seconds: number, nanoseconds: number] {
  const nanoseconds = Number((/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0'))
  return [Math.floor(Date.parse(time) / 1000), nanoseconds]
}
