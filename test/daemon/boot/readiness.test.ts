// When a host is ready, over pods that are the test's. Not here: what is answered to those who ask (e2e/health.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isSettled, Readiness } from '../../../daemon/boot/readiness.ts'
import type { PodSupervisor } from '../../../daemon/tree/supervisor.ts'
import type { PodState } from '../../../protocol/words.ts'

type Fake = { state: PodState; missing: () => readonly string[]; keeping: { kind: 'service' | 'script' } }

const pod = (
  state: PodState,
  { kind = 'service', missing = [] }: { kind?: 'service' | 'script'; missing?: string[] } = {},
) => ({ state, missing: () => missing, keeping: { kind } }) satisfies Fake as unknown as PodSupervisor & Fake

const readinessOf = (root: Fake[], inner: Fake[] = []) => {
  const place = (some: Fake[]) => ({ pods: { all: () => some.map(supervisor => ({ supervisor })) } })
  return new Readiness({ root: place(root), hosts: { all: () => [place(inner)] } } as unknown as ConstructorParameters<
    typeof Readiness
  >[0])
}

test('isSettled() is false for a service alone that is on its way', () => {
  assert.is(isSettled(pod('waiting')), false)
  for (const state of ['up', 'idle', 'error'] as const) assert.is(isSettled(pod(state)), true, state)
  assert.is(isSettled(pod('waiting', { kind: 'script' })), true)
  assert.is(isSettled(pod('waiting', { missing: ['db'] })), true)
})

test('Readiness: a host is ready once it has begun and no pod of any of its hosts is on its way', () => {
  const web = pod('up')
  const inner = pod('waiting')
  const readiness = readinessOf([web], [inner])
  assert.is(readiness.isReady, false)
  readiness.begin()
  assert.is(readiness.isReady, false)
  inner.state = 'up'
  assert.is(readiness.isReady, true)
})

test('Readiness: it stays ready while a pod is restarted, and is not once it leaves', () => {
  const web = pod('up')
  const readiness = readinessOf([web])
  readiness.begin()
  assert.is(readiness.isReady, true)
  web.state = 'waiting'
  assert.is(readiness.isReady, true)
  readiness.leave()
  assert.is(readiness.isReady, false)
})

test.run()
