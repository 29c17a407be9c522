import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { boundsOf } from '../../protocol/bounds.ts'
import { parseConfig } from '../../protocol/config.ts'
import { mergeConfig } from '../../protocol/policy.ts'

const MiB = 1024 * 1024

test('boundsOf() lets a run have half as much again for a moment, and a script nothing', () => {
  assert.equal(boundsOf({ memory: 200 }), { memory: 200, memoryMax: 300 })
  assert.equal(boundsOf({ memory: 200, memoryMax: 210, processes: 9, files: 99 }), {
    memory: 200,
    memoryMax: 210,
    processes: 9,
  })
  assert.equal(boundsOf({ memory: 200 }, { isScript: true }), { memoryMax: 200 })
  assert.equal(boundsOf({ nice: 3 }), {})
})

test('parseConfig() reads limits, and names what is wrong with one', () => {
  assert.equal(parseConfig({ limits: { memory: '200MB', files: 64 } }), { limits: { memory: 200 * MiB, files: 64 } })
  for (const [limits, message] of [
    [{ memory: 'much' }, '"limits.memory" is not an amount'],
    [{ memory: 200 }, '"limits.memory" is less than 1 MB'],
    [{ memory: 2e6, memoryMax: 1e6 }, 'memoryMax that is less than its memory'],
    [{ pids: 1 }, '"limits.pids" is unknown'],
    [[], 'must be an object such as'],
  ] as const)
    assert.throws(
      () => parseConfig({ limits }),
      (error: Error) => error.message.includes(message),
    )
})

test('mergeConfig() takes limits key by key', () => {
  const merged = mergeConfig({ limits: { memory: 1, nice: 1 } }, { limits: { memory: 2 } })
  assert.equal(merged.limits, { memory: 2, nice: 1 })
})

test.run()
