// What changes make of what was known. Not here: which changes there are (daemon/watch/told.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type KnownPods, keyOf, type PodChange, takeIn } from '../../protocol/changes.ts'
import { podStatus, runStatus } from '../pod-status.ts'

const web = { path: '', name: 'web' }

function knownAfter(...changes: PodChange[]): KnownPods {
  const known: KnownPods = new Map()
  for (const change of changes) takeIn(known, change)
  return known
}

test('takeIn() begins anew with a snapshot', () => {
  const known = knownAfter(
    { type: 'snapshot', pods: [podStatus('old')] },
    { type: 'snapshot', pods: [podStatus('web'), podStatus('web', { path: 'inner' })] },
  )
  assert.equal([...known.keys()], [keyOf(web), keyOf({ path: 'inner', name: 'web' })])
})

test('takeIn() keeps the runs of a pod whose facts change, and orders runs by slot', () => {
  const { runs: _, ...facts } = podStatus('web', { text: 'new' })
  const known = knownAfter(
    { type: 'added', ...web, pod: podStatus('web') },
    { type: 'run', ...web, run: runStatus('web.2', { slot: 1 }) },
    { type: 'run', ...web, run: runStatus('web.1', { slot: 0, state: 'starting' }) },
    { type: 'run', ...web, run: runStatus('web.1', { slot: 0 }) },
    { type: 'status', ...web, pod: facts },
  )
  const pod = known.get(keyOf(web))
  assert.is(pod?.text, 'new')
  assert.equal(
    pod?.runs.map(({ id, state }) => `${id} ${state}`),
    ['web.1 up', 'web.2 up'],
  )
})

test('takeIn() forgets runs that ended and pods that were removed, and makes nothing of one it does not know', () => {
  const before: PodChange = { type: 'added', ...web, pod: podStatus('web', { runs: [runStatus('web.1')] }) }
  assert.equal(knownAfter(before, { type: 'ended', ...web, run: 'web.1' }).get(keyOf(web))?.runs, [])
  assert.is(knownAfter(before, { type: 'removed', ...web }).size, 0)
  assert.is(knownAfter({ type: 'run', ...web, run: runStatus('web.1') }).size, 0)
})

test('takeIn() leaves the statuses that it was given as they are', () => {
  const pod = podStatus('web', { runs: [runStatus('web.1')] })
  const before = JSON.stringify(pod)
  knownAfter(
    { type: 'added', ...web, pod },
    { type: 'run', ...web, run: runStatus('web.1', { state: 'stopping' }) },
    { type: 'ended', ...web, run: 'web.1' },
  )
  assert.is(JSON.stringify(pod), before)
})

test.run()
