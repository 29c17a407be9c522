import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { statsTable } from '../../../pods/gateway/stats-table.ts'

test('statsTable() has a line for each pod', () => {
  const web = {
    ...{ requests: 1200, perSecond: 12.34, quiet: 0, open: 1, sockets: 2, waiting: 0, p50Ms: 0.8, p99Ms: undefined },
    ...{ statuses: { '2xx': 1199 }, errors: { pod_full: 1, pod_down: 2 } },
  }
  assert.is(
    statsTable({ runs: 1, connections: 3, pods: { web } }).replaceAll(/ +/g, ' '),
    '1 run, 3 connections\nPOD REQUESTS PER SECOND P50 P99 OPEN SOCKETS WAITING ERRORS\nweb 1200 12.3 0.8 ms - 1 2 0 pod_full 1, pod_down 2\n',
  )
})

test.run()
