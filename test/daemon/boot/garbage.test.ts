// What a burst of work left is collected once it is over. The timers are the test's.
import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Garbage } from '../../../daemon/boot/garbage.ts'

/** Leaves a few MB that nobody holds. */
function work(): WeakRef<object> {
  return new WeakRef(Array.from({ length: 500_000 }, (_, nth) => ({ nth })))
}

test('expect() collects what is left when nothing was asked for a second', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const garbage = new Garbage()
    const left = work()
    garbage.expect()
    mock.timers.tick(900)
    garbage.expect()
    // A weak reference holds what it refers to until the turn in which it was looked at is over.
    await new Promise(resolve => setImmediate(resolve))
    mock.timers.tick(1000)
    assert.is(left.deref(), undefined)
  } finally {
    mock.timers.reset()
  }
})

test('expect() collects after the start, however little that has left', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const garbage = new Garbage()
    const left = new WeakRef({ little: true })
    garbage.expect()
    await new Promise(resolve => setImmediate(resolve))
    mock.timers.tick(1000)
    assert.is(left.deref(), undefined)
  } finally {
    mock.timers.reset()
  }
})

test('expect() collects no more where little was left after that, and again where much was', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const garbage = new Garbage()
    const lookAfter = async () => {
      garbage.expect()
      await new Promise(resolve => setImmediate(resolve))
      mock.timers.tick(1000)
    }
    await lookAfter()
    const little = new WeakRef({ little: true })
    await lookAfter()
    assert.ok(little.deref())
    const much = work()
    await lookAfter()
    assert.equal([little.deref(), much.deref()], [undefined, undefined])
  } finally {
    mock.timers.reset()
  }
})

test.run()
