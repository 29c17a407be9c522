// Whether an engine is there in time. Not here: engines themselves (nats.test.ts, embedded), and joins (membership, e2e/fleet-servers.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { reached } from '../../../pods/fleet/engines.ts'
import { errorOf } from '../../fails.ts'

/** An engine whose attempts come to this, one after the other, each time somebody looks; at last it is up. */
function attempting(...problems: string[]) {
  let looks = 0
  return {
    open: async () => {},
    get isUp() {
      return problems[looks] === undefined
    },
    get problem() {
      return problems[looks++] ?? ''
    },
    get looks() {
      return looks
    },
  }
}

test('reached() waits for an engine that answered too late, and for no other one', async () => {
  await reached(attempting(), 60_000)
  const busy = attempting('timeout', 'timeout')
  await reached(busy, 60_000)
  assert.is(busy.looks, 2)
  const wrong = attempting('timeout', 'its certificate is over', 'its certificate is over')
  const { message } = await errorOf(async () => await reached(wrong, 60_000))
  assert.is(message, 'Cannot reach the engine: its certificate is over')
})

test('reached() gives up when its time is over, also on one that never answers', async () => {
  const never = await errorOf(async () => await reached(attempting(...Array(1000).fill('timeout')), 300))
  assert.is(never.code, 'fleet_unavailable')
  const silent = { open: () => new Promise<void>(() => {}), isUp: false, problem: 'it is silent' }
  assert.match((await errorOf(async () => await reached(silent, 10))).message, /it is silent/)
})

test.run()
