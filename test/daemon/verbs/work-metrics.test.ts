// What is taken of what pods tell for the metrics. Not here: a real queue and a real gateway (e2e/metrics.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { workOf } from '../../../daemon/verbs/work-metrics.ts'
import { queueName } from '../../../protocol/names.ts'

type Needs = Parameters<typeof workOf>[1]

const requests = { statuses: { '2xx': 7 }, open: 2, sockets: 0, waiting: 1 }
const queue = { name: 'mail', counts: { waiting: 3, dead: 2 }, isPaused: false, oldestMs: 1500 }

/** What is taken of a host whose queue and whose gateway answer so. */
async function taken(answers: { queues?: unknown; stats?: unknown }) {
  const exports = ['routes', 'stats', 'reread']
  const pods = [
    { name: queueName, state: 'up', inForce: { image: {} } },
    { name: 'gateway', state: 'up', inForce: { image: { exports } } },
    { name: 'idle', state: 'idle', inForce: { image: { exports } } },
  ].map(supervisor => ({ supervisor }))
  const find = () => pods[0]
  const root = { path: '', pods: { all: () => pods, find } }
  const verbs = {
    do: async (method: string) => (method === 'queue.list' ? answers.queues : { value: answers.stats }),
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
