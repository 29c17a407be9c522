// What is taken of what pods tell for the metrics. Not here: a real queue and a real gateway (e2e/metrics.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { wakefulGateways, workOf } from '../../../daemon/verbs/work-metrics.ts'
import { queueName } from '../../../protocol/names.ts'

type Needs = Parameters<typeof workOf>[1]

const requests = { statuses: { '2xx': 7 }, open: 2, sockets: 0, waiting: 1 }
const queue = { name: 'mail', counts: { waiting: 3, dead: 2 }, isPaused: false, oldestMs: 1500 }

/** What is taken of a host whose queue and whose gateway answer so. */
async function taken(answers: { queues?: unknown; stats?: unknown; fleet?: unknown }) {
  const exports = ['routes', 'stats', 'reread']
  const pods = [
    { name: queueName, state: 'up', inForce: { image: {} } },
    { name: 'gateway', state: 'up', inForce: { image: { exports } } },
    { name: 'fleet', state: 'up', inForce: { image: { exports: ['status', 'fleetFigures'] } } },
    { name: 'idle', state: 'idle', inForce: { image: { exports } } },
  ].map(supervisor => ({ supervisor }))
  const find = () => pods[0]
  const root = { path: '', pods: { all: () => pods, find } }
  const verbs = {
    do: async (method: string, { fn }: { fn?: string }) =>
      method === 'queue.list' ? answers.queues : { value: fn === 'stats' ? answers.stats : answers.fleet },
  }
  return await workOf('', { hosts: { root, all: () => [] }, verbs } as unknown as Needs)
}

test('workOf() has what queues and gateways that are up tell', async () => {
  const { queues, gateways } = await taken({
    queues: { queues: [{ ...queue, rates: {} }] },
    stats: { pods: { web: { ...requests, p50Ms: 3 }, 'lab.web': requests, '-': requests } },
  })
  assert.equal(queues, [{ path: '', queue }])
  assert.equal(gateways, [
    {
      path: '',
      name: 'gateway',
      pods: [
        ['web', { ...requests, p50Ms: 3 }],
        ['lab.web', requests],
        ['-', requests],
      ],
    },
  ])
})

test('workOf() has how the fleet of a host is, if that is told in numbers', async () => {
  const hosts = { active: 2, cordoned: 0, draining: 0, gone: 1 }
  const fleet = { isUp: true, isWell: true, hosts, pods: 3, runs: 5 }
  assert.equal((await taken({ fleet: { ...fleet, more: 1 } })).fleets, [{ path: '', name: 'fleet', fleet }])
  assert.equal((await taken({ fleet: { ...fleet, hosts: { active: 'all' } } })).fleets, [])
})

test('wakefulGateways() asks none that sleeps by itself', async () => {
  const exports = ['routes', 'stats', 'reread']
  const pods = [0, 60_000].map(sleepMs => ({
    supervisor: { name: `after-${sleepMs}`, state: 'up', inForce: { image: { exports }, policy: { sleepMs } } },
  }))
  const verbs = { do: async () => ({ value: { pods: { web: requests } } }) }
  const root = { path: '', pods: { all: () => pods } }
  const told = await wakefulGateways({ hosts: { root, all: () => [] }, verbs } as unknown as Needs)
  assert.equal(told, [{ path: '', name: 'after-0', pods: [['web', requests]] }])
})

test('workOf() leaves out what no metric could be made of, and takes what stands beside it', async () => {
  const { statuses: _, ...countless } = requests
  const broken = [
    ...[countless, { ...requests, statuses: { '2xx': -1 } }, { ...requests, statuses: { teapot: 1 } }],
    ...[{ ...requests, open: -1 }, { ...requests, p50Ms: 'long' }, { ...requests, p99Ms: Number.NaN }, null, 'none'],
  ]
  const pods = Object.fromEntries(broken.map((each, at) => [`web-${at}`, each]))
  const { gateways } = await taken({ stats: { pods: { ...pods, good: requests, 'no name': requests } } })
  assert.equal(gateways[0]?.pods, [['good', requests]])
  const queues = [
    ...[null, { ...queue, counts: undefined }, { ...queue, counts: { waiting: 'many' } }],
    ...[
      { ...queue, counts: { odd: 1 } },
      { ...queue, oldestMs: 'long' },
      { ...queue, name: 7 },
    ],
  ]
  assert.equal((await taken({ queues: { queues: [...queues, queue] } })).queues, [{ path: '', queue }])
  for (const odd of [undefined, null, 7, {}, { queues: 'none' }, { queues: null }])
    assert.equal((await taken({ queues: odd, stats: odd })).queues, [])
})

test.run()
