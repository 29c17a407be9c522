// Metrics of a host as OpenTelemetry has them. Pure.
import { ValueType } from '@opentelemetry/api'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Family } from './exposition.ts'
import type { From } from './log-records.ts'

type HrTime = [seconds: number, nanoseconds: number]

/** Since when counters count, and when they were read, in ms since 1970. */
export type Span = { beganMs: number; nowMs: number }

export function resourceOf({ id, version, host }: From): Resource {
  return resourceFromAttributes({
    'service.name': 'p8a',
    'service.version': version,
    'service.instance.id': id,
    'host.name': host,
  })
}

export function metricsOf(
  families: readonly Family[],
  { resource, version, span }: { resource: Resource; version: string; span: Span },
): ResourceMetrics {
  const metrics = families.map(family => metricOf(family, span))
  return { resource, scopeMetrics: [{ scope: { name: 'p8a', version }, metrics }] }
}

/** The ending `_total` belongs to the text format; Prometheus adds it again. */
function metricOf({ name, type, help, samples }: Family, { beganMs, nowMs }: Span): MetricData {
  const isCounter = type === 'counter'
  const own = isCounter ? name.replace(/_total$/, '') : name
  const descriptor = { name: own, description: help, unit: unitOf(own), valueType: ValueType.DOUBLE }
  const dataPoints = samples.map(({ labels, value }) => ({
    startTime: hrTime(beganMs),
    endTime: hrTime(nowMs),
    attributes: Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== '')),
    value,
  }))
  const all = { descriptor, dataPoints, aggregationTemporality: AggregationTemporality.CUMULATIVE }
  return isCounter
    ? { ...all, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...all, dataPointType: DataPointType.GAUGE }
}

function unitOf(name: string): string {
  if (name.endsWith('_byte_seconds')) return 'By.s'
  if (name.endsWith('_seconds')) return 's'
  return name.endsWith('_bytes') ? 'By' : '1'
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
}
