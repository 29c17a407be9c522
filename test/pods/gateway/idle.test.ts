import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Idle } from '../../../pods/gateway/idle.ts'

const minute = 60_000

test('Idle is exact over hours and days: what has had nothing to do for its time is to sleep', () => {
  const idle = new Idle()
  const web = { pod: 'web', requests: 5, open: 0, sleepMs: 90 * minute }
  const slept: number[] = []
  for (let now = 0; now <= 3 * 24 * 60; now += 1) {
    const requests = Math.floor(now / (24 * 60))
    if (idle.look([{ ...web, requests }], now * minute).length > 0) slept.push(now)
  }
  assert.equal(
    [slept[0], slept.includes(24 * 60), slept.includes(24 * 60 + 89), slept.includes(24 * 60 + 90)],
    [90, false, false, true],
  )
})

test('Idle counts no time in which something was under way, or in which the pod was not up', () => {
  const idle = new Idle()
  const web = { pod: 'web', requests: 1, open: 0, sleepMs: 10 }
  assert.equal(idle.look([web], 0), [])
  assert.equal(idle.look([{ ...web, open: 1 }], 10), [])
  assert.equal(idle.look([web], 15), [])
  assert.equal(idle.look([web], 20), ['web'])
  assert.equal(idle.look([], 30), [])
  assert.equal(idle.look([web], 40), [])
  assert.equal(idle.look([{ ...web, requests: 2 }], 50), [])
  assert.equal(idle.look([{ ...web, requests: 2 }], 60), ['web'])
})

test('Idle takes back what it said of one that has had something to do since', () => {
  const idle = new Idle()
  const web = { pod: 'web', requests: 1, open: 0, sleepMs: 10 }
  idle.look([web], 0)
  assert.equal(idle.look([web], 10), ['web'])
  assert.ok(idle.isDue(web, 11))
  assert.not.ok(idle.isDue({ ...web, requests: 2 }, 11))
  assert.not.ok(idle.isDue({ ...web, open: 1 }, 11))
  assert.not.ok(idle.isDue({ ...web, pod: 'other' }, 11))
  idle.look([{ ...web, requests: 2 }], 12)
  assert.not.ok(idle.isDue({ ...web, requests: 2 }, 21))
  assert.ok(idle.isDue({ ...web, requests: 2 }, 22))
})

test.run()
