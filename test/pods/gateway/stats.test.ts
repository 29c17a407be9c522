import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Stats, sumOf } from '../../../pods/gateway/stats.ts'

const none = () => 0

test('Stats counts by pod what is under way, how it ended, and how much came lately', () => {
  let nowMs = 100_000
  const stats = new Stats(() => nowMs)
  const closed = stats.connected()
  for (let count = 0; count < 20; count += 1) {
    stats.began('web')
    stats.over({ pod: 'web', status: 200, ms: 1 })
    nowMs += 500
  }
  stats.began('web')
  const left = stats.joined('web')
  stats.woke('web', { isUp: true, ms: 20 })
  stats.woke('web', { isUp: false, ms: 30 })
  stats.over({ status: 404, error: 'no_route', ms: 0 })
  const { pods, connections } = sumOf([stats.count(pod => (pod === 'web' ? 2 : 0))])
  assert.is(connections, 1)
  assert.equal(pods['-']?.errors, { no_route: 1 })
  const { p50Ms = 0, p99Ms = 0, ...web } = pods.web ?? {}
  assert.equal(web, {
    requests: 20,
    quiet: 0,
    perSecond: 2,
    open: 1,
    sockets: 1,
    waiting: 2,
    statuses: { '2xx': 20 },
    errors: {},
    wakes: { up: 1, failed: 1 },
    wakeMs: 50,
  })
  assert.ok(p50Ms >= 1 && p50Ms < 1.1 && p99Ms === p50Ms)
  left()
  closed()
  nowMs += 11_000
  const later = sumOf([stats.count(none)]).pods.web
  assert.equal([later?.requests, later?.perSecond, later?.sockets, later?.p50Ms], [20, 0, 0, p50Ms])
  nowMs += 1_000_000
  assert.is(sumOf([stats.count(none)]).pods.web?.p50Ms, undefined)
})

test('Stats forgets a pod that is gone once nothing of it is under way', () => {
  const stats = new Stats()
  for (const pod of ['web', 'gone', 'going']) stats.began(pod)
  for (const pod of ['web', 'gone']) stats.over({ pod, status: 200, ms: 1 })
  stats.keep(new Set(['web']))
  assert.equal(Object.keys(stats.count(none).pods), ['web', 'going'])
  stats.over({ pod: 'going', status: 200, ms: 1 })
  stats.keep(new Set(['web']))
  assert.equal(Object.keys(stats.count(none).pods), ['web'])
})

test('sumOf() adds up what several runs have counted', () => {
  const [one, other] = [new Stats(), new Stats()]
  for (const stats of [one, other]) {
    stats.began('web')
    stats.over({ pod: 'web', status: 503, error: 'pod_full', ms: 4 })
  }
  other.over({ status: 400, error: 'bad_request', ms: 1 })
  const sum = sumOf([one.count(none), JSON.parse(JSON.stringify(other.count(none)))])
  assert.is(sum.runs, 2)
  assert.equal(sum.pods.web?.errors, { pod_full: 2 })
  assert.equal(sum.pods.web?.statuses, { '5xx': 2 })
  assert.is(sum.pods['-']?.requests, 1)
})

test.run()
