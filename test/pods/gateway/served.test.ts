// Which pods a gateway serves while a host begins, and what is within others is not told yet.
import type { Change, PodStatus } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ServedPods } from '../../../pods/gateway/served.ts'
import { until } from '../../until.ts'

const test = suite('served')

const pods = (...all: [name: string, want: string][]) =>
  new Map(all.map(([name, want]) => [name, { name, want } as PodStatus]))
const snapshot = { type: 'snapshot' } as Change
const changeOf = (name: string) => ({ type: 'status', name }) as Change

test('what is within a pod that is to be up is kept from a host that has gone to one that has just begun, until it is told anew', () => {
  const served = new ServedPods(() => {})
  served.take(
    snapshot,
    pods(['fleet', 'up'], ['fleet.web', 'up'], ['fleet.api', 'up'], ['old', 'up'], ['off', 'up'], ['off.web', 'up']),
  )
  served.take(snapshot, pods(['fleet', 'up'], ['off', 'idle']))
  assert.equal([...served.all.keys()].sort(), ['fleet', 'fleet.api', 'fleet.web', 'off'])
  const told = pods(['fleet', 'up'], ['off', 'idle'], ['fleet.web', 'idle'])
  served.take(changeOf('fleet.web'), told)
  assert.is(served.all.get('fleet.web')?.want, 'idle')
  told.delete('fleet.web')
  served.take(changeOf('fleet.web'), told)
  assert.equal([...served.all.keys()].sort(), ['fleet', 'fleet.api', 'off'])
  served.close()
})

test('what is up elsewhere is not taken for stopped by what its host keeps of it, until that is told', async () => {
  let changed = 0
  const served = new ServedPods(() => changed++, { keepMs: 1 })
  served.take(snapshot, pods(['fleet', 'up'], ['fleet.web', 'up']))
  served.take(snapshot, pods(['fleet', 'up'], ['fleet.web', 'idle']))
  assert.is(served.all.get('fleet.web')?.want, 'up')
  await until(() => changed === 1, 'it is told')
  assert.is(served.all.get('fleet.web')?.want, 'idle')
})

test('what is not told anew is gone after a while, and that is told', async () => {
  let changed = 0
  const served = new ServedPods(() => changed++, { keepMs: 1 })
  served.take(snapshot, pods(['fleet', 'up'], ['fleet.web', 'up'], ['fleet.api', 'up']))
  served.take(snapshot, pods(['fleet', 'up']))
  served.take(changeOf('fleet.api'), pods(['fleet', 'up'], ['fleet.api', 'up']))
  await until(() => changed === 1, 'it is told')
  assert.equal([...served.all.keys()].sort(), ['fleet', 'fleet.api'])
})

test.run()
