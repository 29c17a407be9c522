import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Refusal } from '../../../pods/gateway/refusal.ts'
import { decide, type Known, type Waker, Wakes } from '../../../pods/gateway/wakes.ts'

const limits = { wakeTimeoutMs: 5000, maxWaiting: 3 }
const never = () => new AbortController().signal
const asleep: Known = { status: 'idle', want: 'idle', text: 'asleep', asleepSince: '2026-01-01T00:00:00Z' }
const told = (ready: () => Promise<void> | undefined) =>
  Promise.resolve()
    .then(ready)
    .then(
      () => 'ready',
      ({ status, code }: Refusal) => `${status} ${code}`,
    )

test('decide() forwards to what is up, wakes what sleeps or is about to be up, and refuses the rest', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const of = (known: Partial<Known>) => {
    const decision = decide({ status: 'up', want: 'up', text: '', ...known }, now)
    return typeof decision === 'string' ? decision : [decision.status, decision.code, decision.retryAfterS]
  }
  assert.is(of({}), 'go')
  assert.is(of({ status: 'idle', want: 'idle', asleepSince: '2026-01-01T00:00:00Z' }), 'wake')
  assert.is(of({ status: 'waiting' }), 'wake')
  assert.is(of({ status: 'waiting', retryAt: '2026-01-01T00:00:00.500Z' }), 'wake')
  assert.equal(of({ status: 'waiting', retryAt: '2026-01-01T00:00:08Z' }), [503, 'pod_down', 8])
  assert.equal(of({ status: 'error', retryAt: '2026-01-01T00:01:00Z' }), [503, 'pod_down', 60])
  assert.equal(of({ status: 'error' }), [503, 'pod_down', 30])
  // Some of its runs are on other machines, and these are up.
  assert.is(of({ status: 'waiting', elsewhere: { up: 1 } }), 'go')
  assert.is(of({ status: 'waiting', elsewhere: { up: 0 } }), 'wake')
  assert.equal(of({ status: 'idle', want: 'idle' }), [503, 'pod_stopped', undefined])
})

test('Wakes wakes a pod once however many ask, and refuses those that are too many', async () => {
  let wakes = 0
  const up = Promise.withResolvers<void>()
  const wake = async () => {
    wakes += 1
    await up.promise
  }
  const all = new Wakes({ known: () => asleep, wake }, limits)
  const asked = ['a', 'a', 'a', 'a'].map(pod => told(() => all.ready(pod, never)))
  await new Promise(setImmediate)
  assert.is(all.waitingFor('a'), 3)
  up.resolve()
  assert.equal(await Promise.all(asked), ['ready', 'ready', 'ready', '503 pod_full'])
  assert.is(wakes, 1)
  assert.is(all.waitingFor('a'), 0)
})

test('Wakes tells all who wait why the pod could not be started, and a later one tries again', async () => {
  let wakes = 0
  const fail = Object.assign(new Error('it threw'), { code: 'start_failed' })
  const wake = async () => {
    wakes += 1
    throw fail
  }
  const ends: boolean[] = []
  const woken: Waker['woken'] = (_pod, { isUp, ms }) => ends.push(isUp && ms >= 0)
  const all = new Wakes({ known: () => asleep, wake, woken }, limits)
  assert.equal(await Promise.all([told(() => all.ready('a', never)), told(() => all.ready('a', never))]), [
    '502 pod_failed',
    '502 pod_failed',
  ])
  assert.is(await told(() => all.ready('a', never)), '502 pod_failed')
  assert.is(wakes, 2)
  assert.equal(ends, [false, false])
})

test('Wakes wakes what is said to be up and was not reached: it may just have been put to sleep', async () => {
  const up: Known = { status: 'up', want: 'up', text: '' }
  const woken: string[] = []
  const all = new Wakes({ known: () => up, wake: async pod => woken.push(pod) }, limits)
  assert.is(all.ready('a', never), undefined)
  assert.equal(woken, [])
  assert.is(await told(() => all.ready('a', never, true)), 'ready')
  assert.equal(woken, ['a'])
  const wake = async () => {
    throw new Error('It has no handler "wake"')
  }
  // The next attempt tells more.
  assert.is(await told(() => new Wakes({ known: () => up, wake }, limits).ready('a', never, true)), 'ready')
})

test('Wakes waits no more for a client that is gone, and goes on for the others', async () => {
  const up = Promise.withResolvers<void>()
  const all = new Wakes({ known: () => asleep, wake: () => up.promise }, limits)
  const left = new AbortController()
  const gone = told(() => all.ready('a', () => left.signal))
  const stays = told(() => all.ready('a', never))
  left.abort()
  assert.is(await gone, '499 client_gone')
  up.resolve()
  assert.is(await stays, 'ready')
})

test('Wakes gives up what is not up in time', async () => {
  const wake = (_pod: string, signal: AbortSignal) =>
    new Promise((_, reject) => {
      // The signal alone keeps no process alive.
      const alive = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => {
        clearInterval(alive)
        reject(signal.reason)
      })
    })
  const all = new Wakes({ known: () => asleep, wake }, { ...limits, wakeTimeoutMs: 5 })
  assert.is(await told(() => all.ready('a', never)), '504 wake_timeout')
  const none = new Wakes({ known: () => undefined, wake }, limits)
  assert.is(await told(() => none.ready('a', never)), '404 no_route')
})

test.run()
