// The metrics of what the processes of runs say of themselves: heap, event loop, log and connections, by slot.
import type { LogAmount } from '../../protocol/link.ts'
import { labelText, type Make } from './series.ts'
import type { VitalsOfRun } from './vital-signs.ts'

/** Of runs that share a slot, as in a reload, amounts are their sum, and the lag that of the one that is later. */
export function addVitals({ gauge, counter }: Make, vitals: readonly VitalsOfRun[]): void {
  const of = ['namespace', 'pod', 'slot']
  const heap = gauge('run_heap_used_bytes', 'JavaScript heap in use in a slot', of)
  const p50 = gauge(
    'run_eventloop_lag_p50_seconds',
    'By how much the event loop was late since the last scrape, median',
    of,
  )
  const p99 = gauge(
    'run_eventloop_lag_p99_seconds',
    'By how much the event loop was late since the last scrape, p99',
    of,
  )
  const lines = counter('run_log_lines_total', 'Lines that the run in a slot has written to its log', of)
  const bytes = counter('run_log_bytes_total', 'Bytes of its log, as they are in the files', of)
  const lost = counter('run_log_lost_writes_total', 'Writes to its log that are lost, since the disk took none', of)
  const open = gauge('run_connections_open', 'Connections that are open at the ports of the run in a slot', of)
  for (const runs of Map.groupBy(vitals, ({ path, name, slot }) => `${path}/${name}/${slot}`).values()) {
    const [first] = runs
    if (!first) continue
    const labels = labelText({ namespace: first.path, pod: first.name, slot: first.slot })
    heap.put(
      runs.reduce((sum, { heapUsed }) => sum + heapUsed, 0),
      labels,
    )
    const logs = runs.flatMap(({ log }) => log ?? [])
    if (logs.length > 0) {
      const sum = (of: (log: LogAmount) => number) => logs.reduce((all, log) => all + of(log), 0)
      lines.put(
        sum(log => log.lines),
        labels,
      )
      bytes.put(
        sum(log => log.bytes),
        labels,
      )
      lost.put(
        sum(log => log.lost),
        labels,
      )
    }
    const connections = runs.flatMap(each => each.connections ?? [])
    if (connections.length > 0)
      open.put(
        connections.reduce((all, count) => all + count, 0),
        labels,
      )
    const lags = runs.flatMap(({ lag }) => lag ?? [])
    if (lags.length === 0) continue
    p50.put(Math.max(...lags.map(lag => lag.p50)), labels)
    p99.put(Math.max(...lags.map(lag => lag.p99)), labels)
  }
}
