import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { actsFor } from '../../../page/state/may.ts'
import { podStatus } from '../../pod-status.ts'

test('actsFor() offers nothing to whoever may only look', () => {
  for (const status of ['up', 'idle', 'error', 'waiting'] as const)
    assert.equal(actsFor(podStatus('web', { status }), 'read'), [])
})

test('actsFor() begins with what one most likely wants', () => {
  const first = (pod: Parameters<typeof podStatus>[1]) => actsFor(podStatus('web', pod), 'deploy')[0]
  assert.is(first({ status: 'up', want: 'up' }), 'restart')
  assert.is(first({ status: 'error', want: 'up' }), 'restart')
  assert.is(first({ status: 'idle', want: 'idle' }), 'start')
  assert.is(first({ status: 'idle', want: 'up', asleepSince: '2026-11-20T10:00:00Z' }), 'wake')
  assert.is(first({ kind: 'script', status: 'idle', want: 'idle' }), 'start')
})

test('actsFor() puts to sleep only what has ports, and reloads only what is up', () => {
  const ports = [{ name: 'http', address: '*:8080', host: '0.0.0.0', port: 8080 }]
  assert.ok(actsFor(podStatus('web', { status: 'up', want: 'up', ports }), 'deploy').includes('sleep'))
  assert.not(actsFor(podStatus('web', { status: 'up', want: 'up' }), 'deploy').includes('sleep'))
  assert.not(actsFor(podStatus('web', { status: 'error', want: 'up', ports }), 'deploy').includes('reload'))
})

test.run()
