// The gate that lets only so many processes boot at once.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Gate } from '../../../daemon/system/gate.ts'

test('enter() lets so many in, and the others in order as places come free', async () => {
  const gate = new Gate({ width: 2 })
  const order: number[] = []
  const enter = async (number: number) => {
    const leave = await gate.enter()
    order.push(number)
    return leave
  }
  const [first, second] = await Promise.all([enter(1), enter(2)])
  const [third, fourth] = [enter(3), enter(4)]
  await Promise.resolve()
  assert.equal(order, [1, 2])
  first()
  const leaveThird = await third
  assert.equal(order, [1, 2, 3])
  second()
  await fourth
  assert.equal(order, [1, 2, 3, 4])
  leaveThird()
})

test('a place that is given back twice is one place', async () => {
  const gate = new Gate({ width: 1 })
  const leave = await gate.enter()
  leave()
  leave()
  await gate.enter()
  let isIn = false
  void gate.enter().then(() => {
    isIn = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.not.ok(isIn)
})

test('who enters when idle comes after all who wait without it, also those that come later', async () => {
  const gate = new Gate({ width: 1 })
  const leave = await gate.enter()
  const order: string[] = []
  const enter = async (name: string, options?: { when: 'idle' }) => {
    const leave = await gate.enter(options)
    order.push(name)
    leave()
  }
  const all = [
    enter('first idler', { when: 'idle' }),
    enter('first'),
    enter('second idler', { when: 'idle' }),
    enter('second'),
  ]
  leave()
  await Promise.all(all)
  assert.equal(order, ['first', 'second', 'first idler', 'second idler'])
})

test('who enters when idle goes in at once where there is room, and has a place as anyone', async () => {
  const gate = new Gate({ width: 1 })
  const leave = await gate.enter({ when: 'idle' })
  let isIn = false
  const next = gate.enter().then(() => {
    isIn = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.not.ok(isIn)
  leave()
  await next
})

test('never more are in than there is room for', async () => {
  const gate = new Gate({ width: 3 })
  let [now, most, done] = [0, 0, 0]
  const work = async (turns: number) => {
    const leave = await gate.enter()
    most = Math.max(most, ++now)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    now--
    done++
    leave()
  }
  await Promise.all(Array.from({ length: 100 }, (_, index) => work(index % 7)))
  assert.equal([most, done, now], [3, 100, 0])
})

test.run()
