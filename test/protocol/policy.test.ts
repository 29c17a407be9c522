// What a config stands for.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodConfig } from '../../protocol/config.ts'
import { begunWith, hasWaker, mergeConfig, policyOf } from '../../protocol/policy.ts'

test('policyOf() fills in the defaults that docs/PODS.md names', () => {
  assert.equal(policyOf({}), {
    restart: 'always',
    retries: 5,
    giveUpAfter: Number.POSITIVE_INFINITY,
    startTimeoutMs: 30_000,
    stopTimeoutMs: 10_000,
    drainTimeoutMs: 30_000,
    readyAfterMs: 3000,
    minUptimeMs: 2000,
    check: { intervalMs: 10_000, timeoutMs: 5000, failures: 2, isOutside: false },
    sleepMs: 0,
  })
  for (const asked of [{ tcp: true }, { http: '/' }, { command: 'true' }] as const)
    assert.ok(policyOf({ check: asked }).check.isOutside)
  assert.is(policyOf({ check: { timeout: 1 } }).check.intervalMs, 10_000, 'a key of check leaves the others')
  assert.is(policyOf({ check: { interval: 0 } }).check.intervalMs, 10, 'no host is kept busy by checks alone')
})

test('mergeConfig() lays flags over a config key by key, and changes neither', () => {
  const base: PodConfig = {
    scale: 2,
    env: { A: '1', B: '1' },
    check: { interval: 1, timeout: 1 },
    nodeFlags: ['--a'],
    labels: { route: 'a', team: 'x' },
  }
  const over: PodConfig = { env: { B: '2' }, check: { timeout: 2 }, nodeFlags: ['--b'], labels: { route: 'b' } }
  const before = JSON.stringify([base, over])
  assert.equal(mergeConfig(base, over), {
    scale: 2,
    env: { A: '1', B: '2' },
    check: { interval: 1, timeout: 2 },
    nodeFlags: ['--b'],
    labels: { route: 'b', team: 'x' },
  })
  assert.is(JSON.stringify([base, over]), before)
  assert.equal(mergeConfig({}, {}), {})
  assert.equal(mergeConfig(base, {}), base)
})

test('begunWith() keeps what a process is begun with, and not what the host looks up or watches', () => {
  assert.equal(begunWith({ env: { A: '1' }, nodeFlags: ['--x'], retries: 3, labels: { a: 'b' }, on: { tag: 'gpu' } }), {
    env: { A: '1' },
    nodeFlags: ['--x'],
  })
  const limits = { memory: 1, memoryMax: 2, cpu: 3, nice: 4 }
  assert.equal(begunWith({ limits }), { limits: { nice: 4 } })
  assert.equal(begunWith({ limits: { memory: 1 } }), {})
})

test('hasWaker() is true of what connections or items wake', () => {
  assert.ok(hasWaker({ kind: 'worker' }))
  assert.ok(hasWaker({ listen: {} }))
  assert.not(hasWaker({ kind: 'service' }))
})

test.run()
