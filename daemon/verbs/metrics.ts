// The metrics of a host, of its pods and of their runs, as Prometheus reads them: made when they are asked for, of what is known
// then. docs/METRICS.md has a line for each.
import { eventNames } from '../../protocol/events.ts'
import type { LoopLag } from '../../protocol/loop-lag.ts'
import { isWithin } from '../../protocol/names.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import type { Counts, PodCounts } from '../events/counts.ts'
import type { Sleeps } from '../events/sleeps.ts'
import type { Hooks } from '../hooks/hooks.ts'
import type { Clock } from '../system/clock.ts'
import { favorSpeedOf } from '../system/memory.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { PodFigures } from '../tree/keeping/keeping.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Place } from '../tree/place.ts'
import { addChecks, type ChecksOfSlot } from './checks-metrics.ts'
import { promSeries } from './prom-series.ts'
import { addSavings } from './savings-metrics.ts'
import { labelText, type Make } from './series.ts'
import type { UsageHistory } from './usage-history.ts'
import type { VitalSigns } from './vital-signs.ts'
import { addVitals } from './vitals-metrics.ts'
import type { Work } from './work-metrics.ts'
import { addWork } from './work-series.ts'

export type MetricsNeeds = {
  version: string
  startedAt: string
  hosts: Pick<Hosts, 'root' | 'all'>
  usage: Pick<UsageHistory, 'ofProcess'>
  counts: Pick<Counts, 'of' | 'ofPod'>
  spares(): HostInfo['spares']
  lag: Pick<LoopLag, 'take'>
  /** What queues and gateways tell; asked for each time. */
  work(path: string): Promise<Work>
  hooks: Pick<Hooks, 'list'>
  sleeps: Pick<Sleeps, 'until'>
  vitals: Pick<VitalSigns, 'of'>
  clock: Pick<Clock, 'wallMs'>
}

export type Exposition = { type: string; text: string }

const states = ['idle', 'waiting', 'up', 'error'] as const

/** @param path those of the host at this path and of the hosts within it; the root's path has the daemon's own too */
export async function metricsOf(path: string, needs: MetricsNeeds): Promise<Exposition> {
  // Loaded when it is first asked for.
  const client = await import('prom-client')
  const [work, slept, vitals] = await Promise.all([
    needs.work(path),
    needs.sleeps.until(needs.clock.wallMs(), path),
    needs.vitals.of(path, 'metrics'),
  ])
  const { make, type, text } = promSeries(client)
  if (path === '') addHost(make, needs)
  addEvents(make, { path, ...needs })
  addPods(make, { path, ...needs })
  addVitals(make, vitals)
  addSavings(make, slept)
  addWork(make, work)
  return { type, text: await text() }
}

function addHost({ gauge, counter }: Make, { version, startedAt, hosts, spares, lag, hooks }: MetricsNeeds): void {
  const info = gauge('build_info', 'Version of the host and of its Node; always 1', ['version', 'node'])
  info.add(1, { version, node: process.version })
  gauge('host_start_time_seconds', 'When the host began, in seconds since 1970').add(Date.parse(startedAt) / 1000)
  gauge('host_uptime_seconds', 'How long the process of the host lives').add(process.uptime())
  const { rss, heapUsed, external } = process.memoryUsage()
  gauge('host_resident_memory_bytes', 'Resident memory of the host').add(rss)
  gauge('host_heap_used_bytes', 'JavaScript heap in use of the host').add(heapUsed)
  gauge('host_external_memory_bytes', 'Memory of the host outside of the JavaScript heap').add(external)
  const cpu = process.cpuUsage()
  counter('host_cpu_seconds_total', 'CPU time of the host').add((cpu.user + cpu.system) / 1e6)
  const late = lag.take()
  if (late) {
    gauge('host_eventloop_lag_p50_seconds', 'By how much the event loop was late since the last scrape, median').add(
      late.p50,
    )
    gauge('host_eventloop_lag_p99_seconds', 'By how much the event loop was late since the last scrape, p99').add(
      late.p99,
    )
  }
  gauge('host_namespaces', 'Hosts within the host').add(hosts.all().length)
  const { ready, hits, misses } = spares()
  gauge('host_spares_ready', 'Processes that wait for a run').add(ready)
  counter('host_spare_hits_total', 'Starts that found a process that waited').add(hits)
  counter('host_spare_misses_total', 'Starts that found none').add(misses)
  const sent = counter('hook_events_sent_total', 'Events that a webhook has been sent', ['hook'])
  const dropped = counter('hook_events_dropped_total', 'Events that were given up for a webhook', ['hook'])
  const failing = gauge('hook_failing', '1 while an event of a webhook is not taken', ['hook'])
  for (const { id: hook, ...info } of hooks.list('')) {
    sent.add(info.delivered, { hook })
    dropped.add(info.dropped, { hook })
    failing.add(info.trouble ? 1 : 0, { hook })
  }
}

function addEvents({ counter }: Make, { path, counts }: MetricsNeeds & { path: string }): void {
  const events = counter('events_total', 'Events of the journal since the host began, by type', ['type'])
  for (const type of eventNames)
    events.add(
      counts.of(type, each => isWithin(path, each)),
      { type },
    )
}

function addPods(make: Make, { path, hosts, usage, counts }: MetricsNeeds & { path: string }): void {
  const add = podSeries(make)
  const checks: ChecksOfSlot[] = []
  for (const place of [hosts.root, ...hosts.all()].filter(each => isWithin(path, each.path))) {
    const pods = place.pods.all()
    favorSpeedOf(pods.length)
    const isOwners = tellsItself(place)
    for (const { supervisor } of pods) {
      const { name, runs } = supervisor
      const figures = supervisor.keeping.figures()
      if (isOwners && figures.want === 'idle' && figures.processes.length === 0) continue
      const pod = labelText({ namespace: place.path, pod: name })
      add(pod, figures, { ...counts.ofPod({ path: place.path, pod: name }), usage })
      for (const [slot, ofSlot] of Map.groupBy(runs.values(), run => run.slot))
        checks.push({ labels: slotText(pod, slot), counts: ofSlot.map(run => run.checks.counts) })
    }
  }
  addChecks(make, checks)
}

/**
 * Whether the owner of a host says itself how its pods are, or is away: what the host has of a pod that is not to be up there may be no more than
 * its image. It may be up elsewhere, as a pod of a fleet is.
 */
function tellsItself(place: Place | Namespace): boolean {
  return 'mounts' in place && place.mounts.handles?.has('status') !== false
}

type OfPod = PodCounts & { usage: MetricsNeeds['usage'] }

function podSeries({ gauge, counter }: Make): (labels: string, figures: PodFigures, more: OfPod) => void {
  const pod = ['namespace', 'pod']
  const slot = [...pod, 'slot']
  const state = gauge('pod_state', '1 for the state that the pod is in, 0 for the others', [...pod, 'state'])
  const wanted = gauge('pod_wanted', '1 if the pod is wanted up', pod)
  const runsWanted = gauge('pod_runs_wanted', 'Runs that are wanted of a service; the most at once of a script', pod)
  const runsUp = gauge('pod_runs_up', 'Runs that are up, of a script: that go on', pod)
  const asleep = gauge('pod_asleep', '1 if the pod sleeps', pod)
  const version = gauge('pod_version', 'Version that is wanted', pod)
  const failed = gauge('pod_slots_failed', 'Slots whose attempts have failed too often', pod)
  const queued = gauge('pod_runs_queued', 'Runs of a script that wait for their turn', pod)
  const ports = gauge('pod_ports', 'Sockets that are held for the pod', pod)
  const restarts = counter('pod_restarts_total', 'Runs that were begun in the place of one that ended', pod)
  const crashes = counter('pod_crashes_total', 'Runs that ended as they should not', pod)
  const wakes = counter('pod_wakes_total', 'How often the pod was woken from its sleep', pod)
  const cpu = counter('run_cpu_seconds_total', 'CPU time of the process in a slot, as last measured', slot)
  const memory = gauge('run_resident_memory_bytes', 'Resident memory in a slot, as last measured', slot)
  return (labels, figures, of) => {
    for (const each of states) state.put(each === figures.status ? 1 : 0, `${labels},state="${each}"`)
    wanted.put(figures.want === 'up' ? 1 : 0, labels)
    // A script without a cap may have any number.
    if (Number.isFinite(figures.scale)) runsWanted.put(figures.scale, labels)
    runsUp.put(figures.up, labels)
    asleep.put(figures.isAsleep ? 1 : 0, labels)
    version.put(figures.version, labels)
    if (figures.failed !== undefined) failed.put(figures.failed, labels)
    if (figures.queued !== undefined) queued.put(figures.queued, labels)
    if (figures.ports > 0) ports.put(figures.ports, labels)
    restarts.put(of.restarts, labels)
    crashes.put(of.crashes, labels)
    wakes.put(of.wakes, labels)
    // In a reload there are two in a slot, and all runs of a script are in one: their sum is told.
    for (const [number, processes] of Map.groupBy(figures.processes, each => each.slot)) {
      const used = processes.flatMap(({ pid }) => of.usage.ofProcess(pid) ?? [])
      const seconds = used.flatMap(each => each.seconds ?? [])
      const ofSlot = slotText(labels, number)
      if (seconds.length > 0) cpu.put(sum(seconds), ofSlot)
      if (used.length > 0) memory.put(sum(used.map(each => each.memory)), ofSlot)
    }
  }
}

function slotText(pod: string, slot: number): string {
  return `${pod},slot="${slot}"`
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0)
}
