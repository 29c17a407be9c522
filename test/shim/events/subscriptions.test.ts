// Which listeners an event reaches, and when the host is told of other subscriptions. Patterns: topic.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Subscriptions, type Wanted } from '../../../shim/events/subscriptions.ts'

const test = suite('subscriptions')

const publisher = { name: 'shop.1', role: 'deploy', path: '' } as const

function subscriptions() {
  const told: Wanted[][] = []
  return { told, subscriptions: new Subscriptions(wanted => told.push(wanted)) }
}

test('deliver() calls each listener whose path and pattern match, with data, topic and publisher', () => {
  const { subscriptions: all } = subscriptions()
  const got: unknown[] = []
  all.add({ path: '', pattern: 'orders.*' }, (...given) => got.push(given))
  all.add({ path: 'inner', pattern: 'orders.*' }, () => got.push('of another host'))
  all.add({ path: '', pattern: 'bills' }, () => got.push('of another topic'))
  all.deliver({ path: '', topic: 'orders.paid', data: { id: 1 }, publisher })
  assert.equal(got, [[{ id: 1 }, 'orders.paid', publisher]])
})

test('deliver() calls the others when a listener throws, and its error is uncaught', async () => {
  const { subscriptions: all } = subscriptions()
  const uncaught = new Promise(resolve => process.once('uncaughtException', resolve))
  const wrong = new Error('not mine')
  let isCalled = false
  all.add({ path: '', pattern: 'a' }, () => {
    throw wrong
  })
  all.add({ path: '', pattern: 'a' }, () => {
    isCalled = true
  })
  all.deliver({ path: '', topic: 'a', data: null, publisher })
  assert.is(isCalled, true)
  assert.is(await uncaught, wrong)
})

test('add() tells what is wanted only when that is new, and its result ends the subscription', () => {
  const { subscriptions: all, told } = subscriptions()
  const endOne = all.add({ path: '', pattern: 'a.*' }, () => {})
  const endOther = all.add({ path: '', pattern: 'a.*' }, () => {})
  assert.equal(told, [[{ path: '', pattern: 'a.*' }]], 'the same pattern again is no news')
  endOne()
  assert.is(told.length, 1, 'somebody still wants it')
  assert.is(all.isMeant('', 'a.b'), true)
  endOther()
  assert.equal(told.at(-1), [])
  assert.is(all.isMeant('', 'a.b'), false)
})

test('add() refuses what is no pattern, and tells nothing', () => {
  const { subscriptions: all, told } = subscriptions()
  assert.throws(() => all.add({ path: '', pattern: 'a..b' }, () => {}), TypeError)
  assert.equal(told, [])
})

test.run()
