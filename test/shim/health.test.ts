// What a run answers to a check of its host.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RunBus } from '../../shim/bus.ts'
import { Health } from '../../shim/health.ts'

const test = suite('health')

/** A run whose pod listens like this. */
function healthOf(onCheck?: (bus: RunBus) => void, isLoaded = true): Health {
  const neighbors = { publish: () => {}, subscribe: () => () => {} }
  const bus: RunBus = new RunBus((status, text = '') => health.onSaid({ status, text }), neighbors)
  const health = new Health(bus, () => isLoaded)
  if (onCheck) bus.on('check', () => onCheck(bus))
  return health
}

test('check() of a pod without a listener is up', async () => {
  assert.equal(await healthOf().check(1000), { status: 'up' })
})

test('check() of a pod without a listener is an error while it has said so, and waits until it is loaded', async () => {
  const health = healthOf()
  health.onSaid({ status: 'error', text: 'no disk' })
  assert.equal(await health.check(1000), { status: 'error', text: 'no disk' })
  health.onSaid({ status: 'waiting' })
  assert.equal(await health.check(1000), { status: 'up' })
  assert.equal(await healthOf(undefined, false).check(1000), { status: 'waiting', text: 'loading' })
})

test('check() asks the listeners of a pod, and takes the first status that they emit', async () => {
  const health = healthOf(bus => {
    setImmediate(() => {
      bus.emit('status', 'error', 'the disk is full')
      bus.emit('status', 'up')
    })
  })
  assert.equal(await health.check(5000), { status: 'error', text: 'the disk is full' })
})

test('check() is an error where the listener throws, and where it emits nothing in time', async () => {
  const throwing = healthOf(() => {
    throw new Error('broken check')
  })
  const said = await throwing.check(5000)
  assert.is(said.status, 'error')
  assert.match(said.text ?? '', /broken check/)
  assert.is((await healthOf(() => {}).check(5)).status, 'error')
})

test('check() is an error also where the listener throws what nobody may look at', async () => {
  const shut = new Proxy({}, { get: () => assert.unreachable() as never })
  const said = await healthOf(() => {
    throw shut
  }).check(5000)
  assert.is(said.status, 'error')
})

test('a word of the pod answers all checks that are under way, and none that comes later', async () => {
  const health = healthOf(() => {})
  const two = [health.check(5000), health.check(5000)]
  health.onSaid({ status: 'up' })
  assert.equal(await Promise.all(two), [{ status: 'up' }, { status: 'up' }])
  assert.is((await health.check(5)).status, 'error')
})

test.run()
