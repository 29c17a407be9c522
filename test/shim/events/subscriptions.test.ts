import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Subscriptions } from '../../../shim/events/subscriptions.ts'

const publisher = { name: 'other.1', role: 'read', path: '' } as const
const event = { path: 'lab', topic: 'mail.new', data: 7, publisher }

test('deliver() calls those that mean the topic at that host, with data, topic and publisher', () => {
  const subscriptions = new Subscriptions(() => {})
  const heard: unknown[] = []
  const hear = (who: string) => (data: unknown, topic: string, by?: unknown) => heard.push([who, data, topic, by])
  subscriptions.add({ path: 'lab', pattern: 'mail.*' }, hear('meant'))
  subscriptions.add({ path: 'lab', pattern: 'orders' }, hear('another topic'))
  subscriptions.add({ path: '', pattern: 'mail.*' }, hear('another host'))
  subscriptions.deliver(event)
  assert.equal(heard, [['meant', 7, 'mail.new', publisher]])
  assert.equal([subscriptions.isMeant('lab', 'mail.new'), subscriptions.isMeant('lab', 'cake')], [true, false])
})

test('deliver() calls the others where one listener throws, and that is an uncaught error', async () => {
  const subscriptions = new Subscriptions(() => {})
  const uncaught = new Promise<Error>(resolve => process.once('uncaughtException', resolve))
  let heard = 0
  subscriptions.add({ path: 'lab', pattern: 'mail.new' }, () => {
    throw new Error('no')
  })
  subscriptions.add({ path: 'lab', pattern: 'mail.new' }, () => heard++)
  subscriptions.deliver(event)
  assert.is(heard, 1)
  assert.is((await uncaught).message, 'no')
})

test('add() tells only of what nobody wanted before, and its end of what nobody wants any more', () => {
  const told: string[][] = []
  const subscriptions = new Subscriptions(wanted => told.push(wanted.map(({ pattern }) => pattern)))
  const mail = { path: '', pattern: 'mail' }
  const [one, two] = [subscriptions.add(mail, () => {}), subscriptions.add(mail, () => {})]
  one()
  two()
  two()
  assert.equal(told, [['mail'], []])
})

test('add() refuses a pattern that is none, and wants nothing by it', () => {
  const subscriptions = new Subscriptions(() => {})
  assert.throws(() => subscriptions.add({ path: '', pattern: '' }, () => {}), TypeError)
  assert.equal(subscriptions.wanted, [])
})

test.run()
