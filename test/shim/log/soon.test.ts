import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Soon } from '../../../shim/log/soon.ts'

const nextTick = () => new Promise<void>(resolve => process.nextTick(resolve))

test('call() calls back in the next tick, as often as it was asked', async () => {
  const soon = new Soon()
  let times = 0
  const callback = (error?: Error | null) => {
    assert.is(error, null)
    times++
  }
  for (let call = 0; call < 3; call++) soon.call(callback)
  assert.is(times, 0)
  await nextTick()
  assert.is(times, 3)
  soon.call(callback)
  await nextTick()
  assert.is(times, 4)
})

test('call() keeps the order of different callbacks', async () => {
  const soon = new Soon()
  const called: string[] = []
  const [a, b] = [() => void called.push('a'), () => void called.push('b')]
  for (const callback of [a, a, b, a]) soon.call(callback)
  await nextTick()
  assert.equal(called, ['a', 'a', 'b', 'a'])
})

test('call() from within a callback comes one tick later', async () => {
  const soon = new Soon()
  let times = 0
  const callback = () => {
    times++
    if (times === 1) soon.call(callback)
  }
  soon.call(callback)
  await nextTick()
  await nextTick()
  assert.is(times, 2)
})

test.run()
