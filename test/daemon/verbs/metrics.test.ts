// The metrics of pods that are the test's, read by a parser of its own. Not here: whether Prometheus takes them, and who may see
// them (e2e/metrics.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Counts } from '../../../daemon/events/counts.ts'
import type { PodFigures } from '../../../daemon/tree/keeping/keeping.ts'
import { type MetricsNeeds, metricsOf } from '../../../daemon/verbs/metrics.ts'
import type { QueueInfo } from '../../../protocol/words-queue.ts'
import { samplesOf } from '../../samples.ts'

const usual: PodFigures = {
  kind: 'service',
  status: 'up',
  want: 'up',
  scale: 1,
  up: 1,
  version: 1,
  isAsleep: false,
  ports: 0,
  processes: [],
}

const placeOf = (path: string, ...pods: (Partial<PodFigures> & { name: string })[]) => ({
  path,
  pods: {
    all: () =>
      pods.map(pod => {
        const { name, ...told } = pod
        const figures = { ...usual, ...told }
        return { supervisor: { name, runs: new Map(), keeping: { figures: () => figures } } }
      }),
  },
})

const hook = { id: '1', url: 'http://a.test/', path: '', addedAt: '', after: 7, delivered: 5, dropped: 2 }
const counts = { waiting: 3, delayed: 0, active: 1, done: 9, dead: 2 }
const queue = {
  name: 'mail',
  counts,
  isPaused: false,
  rates: { added: 1, ended: 1 },
  oldestMs: 1500,
} as unknown as QueueInfo
const requests = {
  statuses: { '2xx': 7, '5xx': 1 },
  open: 2,
  sockets: 0,
  waiting: 1,
  p50Ms: 3,
  p99Ms: 20,
  wakes: { up: 4, failed: 1 },
  wakeMs: 1500,
}
const hosts = { active: 2, cordoned: 0, draining: 1, gone: 1 }
const states = { idle: 0, waiting: 2, up: 3, error: 0 }
const fleet = { isUp: true, isWell: false, hosts, pods: 5, states, runs: 9 }

function needs(counts = new Counts()): MetricsNeeds {
  const processes = [
    { slot: 0, pid: 7 },
    { slot: 0, pid: 8 },
    { slot: 1, pid: 9 },
  ]
  const root = placeOf('', { name: 'web', scale: 2, up: 2, processes }, { name: 'a"b\\c', status: 'error' })
  const inner = placeOf('inner', { name: 'web', isAsleep: true, status: 'idle' })
  return {
    version: '1.2.3',
    startedAt: '2026-01-01T00:00:00.000Z',
    hosts: { root, all: () => [inner] } as unknown as MetricsNeeds['hosts'],
    // That of pid 9 has not been measured yet.
    usage: { ofProcess: pid => (pid === 9 ? undefined : { cpu: 1, memory: 1000, seconds: pid }) },
    counts,
    spares: () => ({ ready: 1, hits: 2, misses: 3 }),
    lag: { take: () => ({ p50: 0.001, p99: 0.01 }) },
    hooks: { list: () => [hook] },
    vitals: { of: async () => [] },
    clock: { wallMs: () => 0 },
    sleeps: { until: async () => [] },
    work: async path => ({
      queues: [{ path: 'inner', queue }],
      gateways: path === '' ? [{ path, name: 'gateway', pods: [['web', requests]] }] : [],
      fleets: [{ path: 'inner', name: 'fleet', fleet }],
    }),
  }
}

test('metricsOf() tells the state, the wanted runs and the usage of each pod; two runs in one slot are summed up', async () => {
  const { text } = await metricsOf('', needs())
  const samples = samplesOf(text)
  const web = 'namespace="",pod="web"'
  assert.is(samples.get(`p8a_pod_state{${web},state="up"}`), 1)
  assert.is(samples.get(`p8a_pod_state{${web},state="error"}`), 0)
  assert.is(samples.get(`p8a_pod_runs_wanted{${web}}`), 2)
  assert.is(samples.get(`p8a_run_cpu_seconds_total{${web},slot="0"}`), 15)
  assert.is(samples.get(`p8a_run_resident_memory_bytes{${web},slot="0"}`), 2000)
  assert.is(samples.has(`p8a_run_resident_memory_bytes{${web},slot="1"}`), false)
  assert.is(samples.get('p8a_pod_asleep{namespace="inner",pod="web"}'), 1)
  assert.is(samples.get('p8a_pod_state{namespace="",pod="a\\"b\\\\c",state="error"}'), 1)
  assert.is(samples.get('p8a_host_eventloop_lag_p99_seconds'), 0.01)
  assert.is(samples.get('p8a_host_start_time_seconds'), Date.UTC(2026, 0, 1) / 1000)
})

test('metricsOf() tells what queues and gateways counted, and how fleets and webhooks are', async () => {
  const samples = samplesOf((await metricsOf('', needs())).text)
  assert.is(samples.get('p8a_queue_items{namespace="inner",queue="mail",state="dead"}'), 2)
  assert.is(samples.get('p8a_queue_oldest_age_seconds{namespace="inner",queue="mail"}'), 1.5)
  const web = 'namespace="",gateway="gateway",pod="web"'
  assert.is(samples.get(`p8a_gateway_requests_total{${web},code="5xx"}`), 1)
  assert.is(samples.get(`p8a_gateway_requests_waiting{${web}}`), 1)
  assert.is(samples.get(`p8a_gateway_latency_p99_seconds{${web}}`), 0.02)
  assert.is(samples.get(`p8a_gateway_wakes_total{${web},outcome="failed"}`), 1)
  assert.is(samples.get(`p8a_gateway_wake_seconds_total{${web}}`), 1.5)
  const inFleet = 'namespace="inner",pod="fleet"'
  assert.is(samples.get(`p8a_fleet_hosts{${inFleet},state="active"}`), 2)
  assert.is(samples.get(`p8a_fleet_pods_in_state{${inFleet},state="waiting"}`), 2)
  assert.equal(
    ['up', 'well', 'runs'].map(what => samples.get(`p8a_fleet_${what}{${inFleet}}`)),
    [1, 0, 9],
  )
  assert.is(samples.get('p8a_hook_events_dropped_total{hook="1"}'), 2)
})

test('metricsOf() tells of a host whose owner says how its pods are only what is up there: the rest may be up elsewhere', async () => {
  const image = { want: 'idle', status: 'idle', up: 0, version: 0 } as const
  const told = async (handles: string[] | undefined) => {
    const place = {
      ...placeOf('fleet', { name: 'web', ...image }, { name: 'own' }),
      mounts: { handles: handles && new Set(handles) },
    }
    const hosts = { root: placeOf(''), all: () => [place] } as unknown as MetricsNeeds['hosts']
    const samples = samplesOf((await metricsOf('', { ...needs(), hosts })).text)
    return ['web', 'own'].filter(pod => samples.has(`p8a_pod_wanted{namespace="fleet",pod="${pod}"}`))
  }
  assert.equal(await told(['status', 'start']), ['own'])
  // Its owner is away.
  assert.equal(await told(undefined), ['own'])
  assert.equal(await told(['start']), ['web', 'own'])
})

test('metricsOf() tells of a path nothing of the host and of other paths', async () => {
  const counts = new Counts()
  counts.take({ type: 'crashed', path: '', pod: 'web' })
  counts.take({ type: 'up', path: 'inner', pod: 'web' })
  const samples = samplesOf((await metricsOf('inner', needs(counts))).text)
  const names = [...samples.keys()]
  assert.is(
    names.some(name => name.startsWith('p8a_host_') || name.includes('namespace=""')),
    false,
  )
  assert.is(samples.get('p8a_events_total{type="crashed"}'), 0)
  assert.is(samples.get('p8a_events_total{type="up"}'), 1)
})

test('Counts counts restarts, crashes and wakes of a pod until it is removed', async () => {
  const counts = new Counts()
  const at = { path: '', pod: 'web' }
  counts.take({ type: 'begun', ...at, restarts: 0 })
  counts.take({ type: 'crashed', ...at })
  counts.take({ type: 'begun', ...at, restarts: 1 })
  counts.take({ type: 'woke', ...at })
  const told = samplesOf((await metricsOf('', needs(counts))).text)
  assert.is(told.get('p8a_pod_restarts_total{namespace="",pod="web"}'), 1)
  assert.is(told.get('p8a_pod_crashes_total{namespace="",pod="web"}'), 1)
  assert.is(told.get('p8a_pod_wakes_total{namespace="",pod="web"}'), 1)
  assert.is(told.get('p8a_events_total{type="begun"}'), 2)
  counts.take({ type: 'removed', ...at })
  assert.equal(counts.ofPod(at), { restarts: 0, crashes: 0, wakes: 0 })
})

test.run()
