// Which host's queue an item is in.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextStep } from '../../../../pods/fleet/decide/apply.ts'
import { byLoad, countAt, hostOfKey, ringOf, splitHost } from '../../../../pods/fleet/decide/queue-host.ts'

const test = suite('queue-host')
const keys = Array.from({ length: 300 }, (_, at) => `key-${at}`)

test('hostOfKey() divides keys among the hosts in any order, and moves only those of a host that is taken out', () => {
  const all = keys.map(key => hostOfKey(['a', 'b', 'c'], key))
  assert.equal(
    all,
    keys.map(key => hostOfKey(['c', 'a', 'b'], key)),
  )
  for (const host of ['a', 'b', 'c']) assert.ok(all.filter(at => at === host).length > 50, host)
  for (const [at, key] of keys.entries())
    if (all[at] !== 'b') assert.is(hostOfKey(['a', 'c'], key), all[at])
    else assert.ok(['a', 'c'].includes(hostOfKey(['a', 'c'], key) ?? ''))
  assert.is(hostOfKey([], 'key'), undefined)
})

test('ringOf() stays as it was begun, whatever is placed anew, but for hosts that have left the fleet', () => {
  const isKnown = (host: string) => host !== 'gone'
  assert.equal(ringOf({ assigned: { c: 1, a: 2, gone: 1 } }, isKnown), ['a', 'c'])
  assert.equal(ringOf({ ring: ['a', 'b'], assigned: { c: 1 } }, isKnown), ['a', 'b'])
  assert.equal(ringOf({ ring: ['a', 'gone'], assigned: { c: 1 } }, isKnown), ['a'])
  assert.equal(ringOf({ ring: ['gone'], assigned: { c: 1 } }, isKnown), ['c'])
})

test('countAt() keeps a worker where items were given to, but where it is stopped, drained, or exclusive', () => {
  const record = { assigned: { a: 2 }, queues: ['a', 'b'], want: 'up' as const, isExclusive: false }
  assert.equal(
    [countAt(record, 'a', undefined), countAt(record, 'b', 'cordoned'), countAt(record, 'c', 'active')],
    [2, 1, 0],
  )
  assert.is(countAt(record, 'b', 'draining'), 0)
  assert.is(countAt({ ...record, isExclusive: true }, 'b', 'active'), 0)
  assert.is(countAt({ ...record, assigned: {}, want: 'idle' }, 'b', 'active'), 0)
})

test('nextStep() leaves how many runs a worker has to its queue', () => {
  const wanted = { turn: 1, how: 'restart' as const }
  const local = { want: 'up' as const, scale: 4, turn: 1 }
  assert.is(nextStep(wanted, { local, isHere: true, count: 1 }), 'scale')
  assert.is(nextStep(wanted, { local: { ...local, isWorker: true }, isHere: true, count: 1 }), undefined)
})

test('byLoad() begins where the least waits for each run, and splitHost() takes a host for one only where there is one', () => {
  const loads = [
    { host: 'c', waiting: 9, runs: 3 },
    { host: 'b', waiting: 4, runs: 2 },
    { host: 'a', waiting: 2, runs: 0 },
    { host: 'd', waiting: 2, runs: 1 },
  ]
  assert.equal(byLoad(loads), ['a', 'b', 'd', 'c'])
  const isKnown = (host: string) => host === 'b'
  assert.equal(splitHost('b.x.1', isKnown), { host: 'b', rest: 'x.1' })
  assert.equal(splitHost('a.x.1', isKnown), { rest: 'a.x.1' })
  assert.equal(splitHost('b', isKnown), { rest: 'b' })
})

test.run()
