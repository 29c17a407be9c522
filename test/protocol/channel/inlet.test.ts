// What has arrived and was not taken yet.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inlet } from '../../../protocol/channel/inlet.ts'
import type { Window } from '../../../protocol/channel/window.ts'

function inletOf(window: Window): { inlet: Inlet; granted: Window[] } {
  const granted: Window[] = []
  return { inlet: new Inlet(window, more => granted.push(more)), granted }
}

test('take() gives the values in order, also to those who asked before any came', async () => {
  const { inlet } = inletOf({ values: 10, bytes: 10 })
  const early = [inlet.take(), inlet.take()]
  for (const value of [1, 2, 3]) inlet.push(value, 0)
  const taken = await Promise.all([...early, inlet.take()])
  assert.equal(
    taken.map(({ value }) => value),
    [1, 2, 3],
  )
})

test('more is granted when half of the window was taken, by values or by bytes', async () => {
  const { inlet, granted } = inletOf({ values: 4, bytes: 100 })
  inlet.push('a', 0)
  inlet.push('b', 0)
  await inlet.take()
  assert.equal(granted, [])
  await inlet.take()
  assert.equal(granted, [{ values: 2, bytes: 0 }])
  inlet.push('c', 60)
  await inlet.take()
  assert.equal(granted.at(-1), { values: 1, bytes: 60 })
})

test('push() refuses what is more than was granted, and takes no notice once it is over', async () => {
  const { inlet } = inletOf({ values: 2, bytes: 10 })
  assert.ok(inlet.push(1, 11))
  assert.not(inlet.push(2, 0))
  inlet.end()
  assert.ok(inlet.push(3, 0))
  assert.is(inlet.waiting, 1)
})

test('open() lets the other side begin', () => {
  const { inlet, granted } = inletOf({ values: 0, bytes: 0 })
  assert.not(inlet.push(1, 0))
  inlet.open({ values: 1, bytes: 1 })
  assert.equal(granted, [{ values: 1, bytes: 1 }])
  assert.ok(inlet.push(1, 0))
})

test('takeWaiting() gives all that wait, and grants as much', async () => {
  const { inlet, granted } = inletOf({ values: 4, bytes: 100 })
  for (const value of [1, 2, 3, 4]) inlet.push(value, 0)
  assert.equal(inlet.takeWaiting(), [1, 2, 3, 4])
  assert.equal(inlet.takeWaiting(), [])
  assert.equal(granted, [
    { values: 2, bytes: 0 },
    { values: 2, bytes: 0 },
  ])
})

test('an end comes behind the values, and an error is thrown once', async () => {
  const ended = inletOf({ values: 2, bytes: 1 }).inlet
  const failed = inletOf({ values: 2, bytes: 1 }).inlet
  ended.push(1, 0)
  ended.end('result')
  assert.equal(await ended.take(), { value: 1, done: false })
  for (let time = 0; time < 2; time++) assert.equal(await ended.take(), { value: 'result', done: true })
  const takers = [failed.take(), failed.take()].map(taken => taken.catch(error => error.message))
  failed.fail(new Error('no'))
  assert.equal(await Promise.all(takers), ['no', { value: undefined, done: true }])
})

test.run()
