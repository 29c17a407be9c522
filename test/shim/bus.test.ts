import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RunBus } from '../../shim/bus.ts'

function opened() {
  const told: unknown[] = []
  const topics = {
    publish: (...published: unknown[]) => void told.push(['publish', ...published]),
    subscribe: (pattern: string) => {
      told.push(['subscribe', pattern])
      return () => void told.push(['end', pattern])
    },
  }
  return { bus: new RunBus((...said) => void told.push(said), topics), told }
}

test('emit() tells the host a status, and listeners of the run too', () => {
  const { bus, told } = opened()
  const heard: unknown[] = []
  bus.on('status', (...given) => heard.push(given))
  assert.is(bus.emit('status', 'error', new Error('no database')), true)
  bus.emit('status', 'up')
  assert.equal(told, [
    ['error', 'Error: no database'],
    ['up', undefined],
  ])
  assert.is(heard.length, 2)
})

test('emit() refuses a status that is none, and tells nobody', () => {
  const { bus, told } = opened()
  bus.on('status', () => assert.unreachable())
  assert.throws(() => bus.emit('status', 'idle'), /Cannot emit status "idle": write up, waiting, error/)
  assert.equal(told, [])
})

test('emit() shows an object, also one in a circle, and refuses one as a status', () => {
  const { bus, told } = opened()
  const circle: Record<string, unknown> = { disk: 'full' }
  circle.self = circle
  bus.emit('status', 'error', circle)
  assert.equal(told, [['error', "<ref *1> { disk: 'full', self: [Circular *1] }"]])
  for (const status of [circle, 12n, Object.create(null)])
    assert.throws(() => bus.emit('status', status), /^Cannot emit status .*: write up, waiting, error$/)
})

test('emit() cuts a text that is too long', () => {
  const { bus, told } = opened()
  bus.emit('status', 'up', 'x'.repeat(10_000))
  assert.is((told[0] as [string, string])[1].length, 8192)
})

test('emit() keeps every other event within the run', () => {
  const { bus, told } = opened()
  let heard = 0
  bus.on('tick', () => heard++)
  assert.equal([bus.emit('tick'), bus.emit('tock'), heard, told], [true, false, 1, []])
})

test('publish() and subscribe() are for other runs', () => {
  const { bus, told } = opened()
  bus.publish('mail', 7)
  bus.subscribe('mail', () => {}, { path: 'lab' })()
  assert.equal(told, [
    ['publish', 'mail', 7, {}],
    ['subscribe', 'mail'],
    ['end', 'mail'],
  ])
})

test.run()
