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

test('actsFor() offers what lasts: of a part of a fleet no more than to begin it anew, and no other version where there is none', () => {
  const up = { status: 'up', want: 'up' } as const
  const part = { ...up, path: 'fleet.a', labels: { 'p8a/fleet': '1/1' } }
  assert.equal(actsFor(podStatus('web', part), 'deploy'), ['restart'])
  assert.equal(actsFor(podStatus('web', { ...part, config: { exclusive: true } as never }), 'deploy'), [])
  assert.equal(actsFor(podStatus('web', { ...part, status: 'error' }), 'deploy'), [])
  const asleep = { ...part, status: 'idle', asleepSince: '2026-11-20T10:00:00Z' } as const
  assert.equal(actsFor(podStatus('web', asleep), 'deploy'), ['wake'])
  assert.equal(actsFor(podStatus('web', asleep), 'read'), [])
  const whole = { ...up, path: 'fleet', latest: 1 }
  assert.equal(actsFor(podStatus('web', whole), 'deploy'), ['restart', 'stop', 'reload', 'scale', 'remove'])
  const exclusive = { ...whole, latest: 2, config: { exclusive: true } as never }
  assert.equal(actsFor(podStatus('web', exclusive), 'deploy'), ['restart', 'stop', 'reload', 'rollback', 'remove'])
})

test.run()
