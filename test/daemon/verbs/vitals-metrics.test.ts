// What runs say of their processes, as metrics.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addVitals } from '../../../daemon/verbs/vitals-metrics.ts'
import { toldSeries } from './told-series.ts'

test('addVitals() tells of a slot heap and log of its runs together and the later of their loops', () => {
  const { make, told } = toldSeries()
  const web = { path: 'a', name: 'web', heapUsed: 100 }
  addVitals(make, [
    { ...web, slot: 0, lag: { p50: 0.1, p99: 0.2 }, log: { lines: 1, bytes: 50, lost: 0 }, connections: 3 },
    { ...web, slot: 0, lag: { p50: 0.3, p99: 0.1 }, log: { lines: 2, bytes: 70, lost: 4 }, connections: 0 },
    { ...web, slot: 1 },
  ])
  const [first, second] = [0, 1].map(slot => `namespace="a",pod="web",slot="${slot}"`)
  assert.equal(told, [
    ['run_heap_used_bytes', 200, first],
    ['run_log_lines_total', 3, first],
    ['run_log_bytes_total', 120, first],
    ['run_log_lost_writes_total', 4, first],
    ['run_connections_open', 3, first],
    ['run_eventloop_lag_p50_seconds', 0.3, first],
    ['run_eventloop_lag_p99_seconds', 0.2, first],
    ['run_heap_used_bytes', 100, second],
  ])
})

test.run()
