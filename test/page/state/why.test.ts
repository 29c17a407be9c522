import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { causeOf, reasonKey, shortWhy } from '../../../page/state/why.ts'
import { amountsIn } from '../../../page/words/amounts.ts'
import { sayIn } from '../../../page/words/words.ts'
import { podStatus } from '../../pod-status.ts'

const say = sayIn('en')
const words = { say, amounts: amountsIn('en', say), nowMs: Date.parse('2026-11-20T10:00:00Z') }
const cause = { reason: 'exited' as const, text: 'web.3 exited with code 1', run: 'web.3' }

test('shortWhy() has the cause, and counts down to the next attempt', () => {
  const pod = podStatus('web', { status: 'error', want: 'up', cause, retryAt: '2026-11-20T10:00:12Z' })
  assert.is(shortWhy(pod, words), 'web.3 exited with code 1 · next try in 12 sec')
})

test('shortWhy() is what the pod says where nothing is wrong, and what is wrong with its files', () => {
  assert.is(shortWhy(podStatus('web', { status: 'up', want: 'up', cause, text: '3 users' }), words), '3 users')
  assert.is(shortWhy(podStatus('web', { status: 'up', problem: 'pod.json is broken' }), words), 'pod.json is broken')
})

test('shortWhy() tells since when a pod sleeps by the clock of whoever looks', () => {
  const asleepSince = '2026-11-20T09:52:28.840Z'
  const said = shortWhy(podStatus('web', { asleepSince, text: `asleep since ${asleepSince}` }), words)
  assert.is(said, `asleep since ${words.amounts.clock(asleepSince, words.nowMs)}`)
  assert.is(shortWhy(podStatus('web', { asleepSince, text: 'asleep on b' }), words), 'asleep on b')
})

test('causeOf() tells trouble of now before that of the run before', () => {
  const after = { reason: 'killed' as const, text: 'web.2 was killed' }
  const runs = [{ id: 'web.3', slot: 0, state: 'up' as const, startedAt: '', restarts: 1, version: 1, after }]
  assert.equal(causeOf(podStatus('web', { status: 'error', want: 'up', cause, runs })), { cause, title: 'why.title' })
  assert.equal(causeOf(podStatus('web', { status: 'waiting', want: 'up', cause })), {
    cause,
    title: 'why.title.waiting',
  })
  assert.equal(causeOf(podStatus('web', { status: 'up', want: 'up', runs })), {
    cause: after,
    title: 'why.title.restarted',
  })
  assert.is(causeOf(podStatus('web', { status: 'idle', want: 'idle', cause })), undefined)
})

test('reasonKey() knows the reasons of this version, and passes over those of another', () => {
  assert.is(reasonKey('start_timeout'), 'why.start_timeout')
  assert.is(reasonKey('a reason of tomorrow'), undefined)
  assert.is(reasonKey('title'), undefined)
})

test.run()
