// The metrics of what pods tell of their work: queues, gateways and fleets.
import type { Labels, Make } from './series.ts'
import type { Requests, Work } from './work-metrics.ts'

export function addWork(make: Make, work: Work): void {
  addQueues(make, work)
  addGateways(make, work)
  addFleets(make, work)
}

function addQueues({ gauge }: Make, { queues }: Work): void {
  const of = ['namespace', 'queue']
  const items = gauge('queue_items', 'Items of a queue in each state', [...of, 'state'])
  const oldest = gauge('queue_oldest_age_seconds', 'How long that item waits which waits longest', of)
  const paused = gauge('queue_paused', '1 if the queue is paused', of)
  for (const { path, queue } of queues) {
    const labels = { namespace: path, queue: queue.name }
    for (const [state, count] of Object.entries(queue.counts)) items.add(count, { ...labels, state })
    oldest.add((queue.oldestMs ?? 0) / 1000, labels)
    paused.add(queue.isPaused ? 1 : 0, labels)
  }
}

function addGateways(make: Make, { gateways }: Work): void {
  const add = gatewaySeries(make)
  for (const { path, name, pods } of gateways)
    for (const [pod, requests] of pods) add({ namespace: path, gateway: name, pod }, requests)
}

function gatewaySeries({ gauge, counter }: Make): (labels: Labels, requests: Requests) => void {
  const of = ['namespace', 'gateway', 'pod']
  const answered = counter('gateway_requests_total', 'Requests that are over, by the first digit of their status', [
    ...of,
    'code',
  ])
  const open = gauge('gateway_requests_open', 'Requests that are under way', of)
  const sockets = gauge('gateway_sockets_open', 'WebSockets and other connections that are joined', of)
  const waiting = gauge('gateway_requests_waiting', 'Requests that wait for a pod that is not up', of)
  const p50 = gauge('gateway_latency_p50_seconds', 'Until an answer began, in the last minute, median', of)
  const p99 = gauge('gateway_latency_p99_seconds', 'Until an answer began, in the last minute, p99', of)
  const woken = counter('gateway_wakes_total', 'How often the pod was woken or waited for, by whether it was up then', [
    ...of,
    'outcome',
  ])
  const seconds = counter('gateway_wake_seconds_total', 'How long that took together', of)
  return (labels, { statuses, p50Ms, p99Ms, wakes = {}, wakeMs, ...now }) => {
    for (const [code, count] of Object.entries(statuses)) answered.add(count, { ...labels, code })
    for (const [outcome, count] of Object.entries(wakes)) woken.add(count, { ...labels, outcome })
    if (wakeMs !== undefined) seconds.add(wakeMs / 1000, labels)
    open.add(now.open, labels)
    sockets.add(now.sockets, labels)
    waiting.add(now.waiting, labels)
    if (p50Ms !== undefined) p50.add(p50Ms / 1000, labels)
    if (p99Ms !== undefined) p99.add(p99Ms / 1000, labels)
  }
}

function addFleets({ gauge }: Make, { fleets }: Work): void {
  const of = ['namespace', 'pod']
  const isUp = gauge('fleet_up', '1 if the host sees its fleet', of)
  const isWell = gauge('fleet_well', '1 if nothing is wrong with the host in its fleet', of)
  const hosts = gauge('fleet_hosts', 'Hosts of the fleet in each state', [...of, 'state'])
  const pods = gauge('fleet_pods', 'Pods of the fleet', of)
  const states = gauge('fleet_pods_in_state', 'Pods of the fleet in each state, wherever they are', [...of, 'state'])
  const runs = gauge('fleet_runs', 'Runs of the fleet, on the hosts that are there', of)
  for (const { path, name, fleet } of fleets) {
    const labels = { namespace: path, pod: name }
    isUp.add(fleet.isUp ? 1 : 0, labels)
    isWell.add(fleet.isWell ? 1 : 0, labels)
    for (const [state, count] of Object.entries(fleet.hosts)) hosts.add(count, { ...labels, state })
    pods.add(fleet.pods, labels)
    for (const [state, count] of Object.entries(fleet.states ?? {})) states.add(count, { ...labels, state })
    runs.add(fleet.runs, labels)
  }
}
