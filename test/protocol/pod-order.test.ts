import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { countByState, fullName, podsFor, shownAs } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { podStatus } from '../pod-status.ts'

const pods: PodStatus[] = [
  podStatus('web', { status: 'up', labels: { team: 'shop' } }),
  podStatus('api', { status: 'error', text: 'no database', restarts: 7 }),
  podStatus('nap', { status: 'idle', asleepSince: '2026-11-20T10:00:00Z' }),
  podStatus('web', { path: 'inner', status: 'waiting' }),
  podStatus('off', { status: 'idle' }),
]
const names = (wanted: Partial<Parameters<typeof podsFor>[1]>) =>
  podsFor(pods, { text: '', shown: undefined, order: 'trouble', ...wanted }).map(fullName)

test('podsFor() has trouble first, and then by name', () => {
  assert.equal(names({}), ['api', 'inner.web', 'web', 'nap', 'off'])
})

test('podsFor() orders by name, by restarts, and by the youngest run', () => {
  assert.equal(names({ order: 'name' }), ['api', 'inner.web', 'nap', 'off', 'web'])
  assert.is(names({ order: 'restarts' })[0], 'api')
  const run = { id: 'off.1', slot: 0, state: 'up' as const, startedAt: '2026-11-20T10:00:00Z', restarts: 0, version: 1 }
  const young = pods.map(pod => (pod.name === 'off' ? { ...pod, runs: [run] } : pod))
  assert.is(podsFor(young, { text: '', shown: undefined, order: 'youngest' })[0]?.name, 'off')
})

test('podsFor() orders by what was used last, the most first', () => {
  const usage = new Map([
    ['inner.web', { cpu: 1, memory: 30 }],
    ['off', { cpu: 9, memory: 20 }],
  ])
  assert.equal(names({ order: 'memory', usage }).slice(0, 3), ['inner.web', 'off', 'api'])
  assert.equal(names({ order: 'cpu', usage }).slice(0, 2), ['off', 'inner.web'])
})

test('podsFor() finds every word in the name, the text or a label', () => {
  assert.equal(names({ text: 'WEB' }), ['inner.web', 'web'])
  assert.equal(names({ text: 'inner web' }), ['inner.web'])
  assert.equal(names({ text: 'database' }), ['api'])
  assert.equal(names({ text: 'team shop' }), ['web'])
  assert.equal(names({ text: 'nothing' }), [])
})

test('podsFor() takes a pod that sleeps as asleep, and not as idle', () => {
  assert.equal(names({ shown: 'asleep' }), ['nap'])
  assert.equal(names({ shown: 'idle' }), ['off'])
  assert.is(shownAs(podStatus('web', { status: 'idle' })), 'idle')
})

test('countByState() counts each pod once', () => {
  assert.equal(countByState(pods), { error: 1, waiting: 1, up: 1, asleep: 1, idle: 1 })
})

test.run()
