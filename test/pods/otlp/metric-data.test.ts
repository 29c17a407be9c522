import { DataPointType, type SumMetricData } from '@opentelemetry/sdk-metrics'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { metricsOf, resourceOf } from '../../../pods/otlp/metric-data.ts'

const from = { id: 'one', version: '1.2.3', host: 'box', path: '' }
const family = (name: string, type: string) => ({
  ...{ name, type, help: 'It tells' },
  samples: [{ labels: { namespace: '', pod: 'web' }, value: 2 }],
})

test('metricsOf() makes sums of counters and gauges of the others, with units, and without labels that are empty', () => {
  const families = [family('p8a_pod_asleep_seconds_total', 'counter'), family('p8a_run_resident_memory_bytes', 'gauge')]
  const span = { beganMs: 1500, nowMs: 2750 }
  const { resource, scopeMetrics } = metricsOf(families, { resource: resourceOf(from), version: '1.2.3', span })
  assert.is(resource.attributes['service.instance.id'], 'one')
  const [sum, gauge] = (scopeMetrics[0]?.metrics ?? []) as SumMetricData[]
  assert.equal([sum?.descriptor.name, sum?.descriptor.unit], ['p8a_pod_asleep_seconds', 's'])
  assert.equal([sum?.dataPointType, sum?.isMonotonic], [DataPointType.SUM, true])
  assert.equal(sum?.dataPoints, [
    { startTime: [1, 500_000_000], endTime: [2, 750_000_000], attributes: { pod: 'web' }, value: 2 },
  ])
  assert.equal([gauge?.descriptor.name, gauge?.descriptor.unit], ['p8a_run_resident_memory_bytes', 'By'])
  assert.is(gauge?.dataPointType, DataPointType.GAUGE)
})

test.run()
