// The law of a lease, with a clock and a file of the test's own. Not here: that a process is ended by it (test/e2e/lease.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Renewed, watchLease } from '../../shim/lease.ts'

const lease = { file: '/lease', forMs: 3500 }

/** A machine that has been up for 100 s. `said`: what the file says; undefined: it cannot be read. */
function machine(said?: string) {
  const at = { nowMs: 100_000, said, ends: 0 }
  const seams = {
    nowMs: () => at.nowMs,
    read: () => {
      if (at.said === undefined) throw new Error('ENOENT')
      return at.said
    },
  }
  const watch = watchLease(lease, () => at.ends++, seams)
  const lookAt = (nowMs: number): number => {
    at.nowMs = nowMs
    watch.look()
    return at.ends
  }
  return Object.assign(at, { lookAt })
}

test('watchLease() ends what it is for once it was renewed longer ago than it may be, and not before', () => {
  const at = machine('99000')
  assert.is(at.lookAt(102_499), 0)
  at.said = '101000'
  assert.is(at.lookAt(104_499), 0)
  assert.is(at.lookAt(104_500), 1)
})

test('watchLease() ends it at the first look, where the lease was over before', () => {
  const at = machine('96500')
  assert.is(at.ends, 1)
})

test('watchLease() ends it at the first look after it was frozen, however long, whatever comes later', () => {
  const at = machine('99000')
  assert.is(at.lookAt(10_000_000), 1)
})

test('watchLease() takes a file that cannot be read, is empty, or says what cannot be, for one that was not renewed', () => {
  for (const said of [undefined, '', 'soon', 'NaN', '900000', 'Infinity']) {
    const at = machine('100000')
    at.said = said
    assert.is(at.lookAt(103_499), 0, String(said))
    assert.is(at.lookAt(103_500), 1, String(said))
  }
})

test('watchLease() counts from its begin where the file has never been there', () => {
  const at = machine(undefined)
  assert.is(at.lookAt(103_499), 0)
  assert.is(at.lookAt(103_500), 1)
})

test('watchLease() goes back by no file: half of a number that is just being written is less', () => {
  const at = machine('100000')
  at.said = '10'
  assert.is(at.lookAt(103_499), 0)
})

test('a lease is over at the same time for each order in which it is looked at and renewed', () => {
  for (let seed = 0; seed < 200; seed++) {
    const renewed = new Renewed(0)
    let [nowMs, saidMs, isEnded] = [1, 0, false]
    for (let step = 0; step < 50 && !isEnded; step++) {
      nowMs += (seed * 7919 + step * 104_729) % 900
      if ((seed + step * step) % 5 === 0) saidMs = nowMs
      isEnded = renewed.isOver({ saidMs, nowMs, forMs: 2000 })
      assert.is(isEnded, nowMs - saidMs >= 2000)
    }
  }
})

test.run()
