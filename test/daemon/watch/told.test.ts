// Which changes are told of how a pod was and how it is. Not here: when the host looks (e2e/watch.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Told } from '../../../daemon/watch/told.ts'
import { type KnownPods, type PodChange, takeIn } from '../../../protocol/changes.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { podStatus, runStatus } from '../../pod-status.ts'

const end = { run: 'web.1', code: 0, signal: null, reason: 'exited' } as const
const types = (changes: PodChange[]) => changes.map(({ type }) => type)

function toldOf(...pods: PodStatus[]): Told {
  const told = new Told()
  for (const pod of pods) told.look(pod)
  return told
}

test('look() tells of a pod that is new, and then of nothing while it stays as it is', () => {
  const told = new Told()
  assert.equal(types(told.look(podStatus('web'))), ['added'])
  assert.equal(told.look(podStatus('web')), [])
})

for (const [what, more, type] of [
  ['a new version', { latest: 2 }, 'pushed'],
  ['other params', { params: { port: '1' } }, 'changed'],
  ['other labels', { labels: { route: 'x' } }, 'changed'],
  ['another scale', { scale: 2 }, 'changed'],
  ['that it is wanted', { want: 'up' }, 'changed'],
  ['another text', { text: 'serving' }, 'status'],
  ['a problem', { problem: 'pod.json is torn' }, 'status'],
] as const) {
  test(`look() tells of ${what} as "${type}"`, () => {
    const changes = toldOf(podStatus('web')).look(podStatus('web', more))
    assert.equal(types(changes), [type])
    assert.not.ok('runs' in (changes[0] as { pod: object }).pod, 'runs are told of by themselves')
  })
}

test('look() tells of a run at each of its states, and what it says', () => {
  const told = toldOf(podStatus('web'))
  const states = (['spawning', 'starting', 'up', 'stopping'] as const).map(state =>
    told.look(podStatus('web', { runs: [runStatus('web.1', { state })], status: 'waiting', up: 0 })),
  )
  assert.equal(
    states.map(changes => changes.flatMap(change => (change.type === 'run' ? change.run.state : []))),
    [['spawning'], ['starting'], ['up'], ['stopping']],
  )
  const said = podStatus('web', {
    runs: [runStatus('web.1', { state: 'stopping', text: 'bye' })],
    status: 'waiting',
    up: 0,
  })
  assert.equal(types(told.look(said)), ['run'])
})

test('look() says nothing about what changes by the passing of time alone', () => {
  const at = (more: Partial<PodStatus>, uptimeMs: number) =>
    podStatus('web', { runs: [runStatus('web.1', { uptimeMs, cpu: uptimeMs, memory: uptimeMs })], ...more })
  const retryAt = '2026-11-20T10:00:05.020Z'
  const told = toldOf(at({ status: 'waiting', retryAt, text: 'next attempt in 5.0 s' }, 10))
  assert.equal(told.look(at({ status: 'waiting', retryAt, text: 'next attempt in 4.0 s' }, 20)), [])
})

test('a run that is not there any more is known until its end is told', () => {
  const told = toldOf(podStatus('web', { runs: [runStatus('web.1')] }))
  const waiting = podStatus('web', { status: 'waiting', want: 'up' })
  assert.not.ok(types(told.look(waiting)).includes('ended'))
  assert.equal(
    told.pods.map(({ runs }) => runs.length),
    [1],
  )
  assert.equal(told.end({ path: '', name: 'web' }, end), [{ type: 'ended', path: '', name: 'web', run: 'web.1', end }])
  assert.equal(
    told.pods.map(({ runs }) => runs.length),
    [0],
  )
})

test('replace() tells of what came, what went and what changed, and of a run that is over without how', () => {
  const told = toldOf(podStatus('gone'), podStatus('web', { runs: [runStatus('web.1')] }), podStatus('same'))
  const changes = told.replace([podStatus('web'), podStatus('new'), podStatus('same')])
  assert.equal(
    changes.map(change => ('name' in change ? `${change.type} ${change.name}` : change.type)),
    ['removed gone', 'ended web', 'changed web', 'added new'],
  )
  assert.equal(changes[1], { type: 'ended', path: '', name: 'web', run: 'web.1' })
})

test('take() tells of a pod that is new elsewhere without what changes by the passing of time alone', () => {
  const told = new Told()
  const pod = podStatus('web', { runs: [{ ...runStatus('web.1'), uptimeMs: 5 }] })
  told.take({ type: 'added', path: '', name: 'web', pod })
  assert.equal(told.look({ ...pod, runs: [{ ...runStatus('web.1'), uptimeMs: 9 }] }), [])
})

test('whoever takes in every change knows what was told', () => {
  const told = new Told()
  const known: KnownPods = new Map()
  const take = (changes: PodChange[]) => {
    for (const change of changes) takeIn(known, change)
  }
  const runs = [runStatus('web.1'), runStatus('web.2', { slot: 1 })]
  take(told.look(podStatus('web')))
  take(told.look(podStatus('web', { runs, status: 'waiting' })))
  take(told.look(podStatus('db', { labels: { a: 'b' } })))
  take(told.end({ path: '', name: 'web' }, end))
  take(told.look(podStatus('web', { runs: [{ ...runs[1], text: 'hi' } as never], latest: 3 })))
  take(told.remove({ path: '', name: 'db' }))
  assert.equal([...known.values()], told.pods)
})

test.run()
