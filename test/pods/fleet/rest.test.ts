import { getHeapStatistics } from 'node:v8'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isWorth, Rest } from '../../../pods/fleet/rest.ts'

const MB = 1024 * 1024

test('isWorth() is true at rest alone, and where there is garbage enough for how much is in use', () => {
  assert.ok(isWorth({ busy: 0, usedBytes: 20 * MB, leftBytes: 0 }))
  assert.ok(isWorth({ busy: 0.1, usedBytes: 14 * MB, leftBytes: 10 * MB }))
  assert.not.ok(isWorth({ busy: 0.5, usedBytes: 200 * MB, leftBytes: 10 * MB }))
  assert.not.ok(isWorth({ busy: 0, usedBytes: 13 * MB, leftBytes: 10 * MB }))
  // Large tables are not gone through for little.
  assert.not.ok(isWorth({ busy: 0, usedBytes: 240 * MB, leftBytes: 200 * MB }))
  assert.ok(isWorth({ busy: 0, usedBytes: 250 * MB, leftBytes: 200 * MB }))
})

test('Rest.look() gives back what nobody holds any more', () => {
  const rest = new Rest()
  let held: number[][] | undefined = Array.from({ length: 200 }, () => new Array(10_000).fill(0.5))
  const before = getHeapStatistics().used_heap_size
  assert.is(held.length, 200)
  held = undefined
  // How busy this process was is nothing that a test can know: it is at rest by what is given.
  rest.look({ busy: 0 })
  assert.ok(before - getHeapStatistics().used_heap_size > 10 * MB)
})

test.run()
