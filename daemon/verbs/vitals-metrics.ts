// The metrics of what the processes of runs say of themselves: heap and event loop, by slot.
import type { Make } from './series.ts'
import type { VitalsOfRun } from './vital-signs.ts'

/** Of runs that share a slot, as in a reload, the heap is their sum, and the lag that of the one that is later. */
export function addVitals({ gauge }: Make, vitals: readonly VitalsOfRun[]): void {
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
  for (const runs of Map.groupBy(vitals, ({ path, name, slot }) => `${path}/${name}/${slot}`).values()) {
    const [first] = runs
    if (!first) continue
    const labels = { namespace: first.path, pod: first.name, slot: first.slot }
    heap.add(
      runs.reduce((sum, { heapUsed }) => sum + heapUsed, 0),
      labels,
    )
    const lags = runs.flatMap(({ lag }) => lag ?? [])
    if (lags.length === 0) continue
    p50.add(Math.max(...lags.map(lag => lag.p50)), labels)
    p99.add(Math.max(...lags.map(lag => lag.p99)), labels)
  }
}
