// When a host is ready, over pods that are the test's. Not here: what is answered to those who ask (e2e/health.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Readiness } from '../../../daemon/boot/readiness.ts'

type Fake = { keeping: { isSettled: boolean } }

const pod = (isSettled: boolean): Fake => ({ keeping: { isSettled } })

const readinessOf = (root: Fake[], inner: Fake[] = []) => {
  const place = (some: Fake[]) => ({ pods: { all: () => some.map(supervisor => ({ supervisor })) } })
  return new Readiness({ root: place(root), hosts: { all: () => [place(inner)] } } as unknown as ConstructorParameters<
    typeof Readiness
  >[0])
}

test('Readiness: a host is ready once it has begun and no pod of any of its hosts is on its way', () => {
  const web = pod(true)
  const inner = pod(false)
  const readiness = readinessOf([web], [inner])
  assert.is(readiness.isReady, false)
  readiness.begin()
  assert.is(readiness.isReady, false)
  inner.keeping.isSettled = true
  assert.is(readiness.isReady, true)
})

test('Readiness: it stays ready while a pod is restarted, and is not once it leaves', () => {
  const web = pod(true)
  const readiness = readinessOf([web])
  readiness.begin()
  assert.is(readiness.isReady, true)
  web.keeping.isSettled = false
  assert.is(readiness.isReady, true)
  readiness.leave()
  assert.is(readiness.isReady, false)
})

test.run()
