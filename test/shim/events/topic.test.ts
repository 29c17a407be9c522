// Which topics, patterns and paths there may be. What is delivered to whom is in test/e2e/calls.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkPath, checkTopic, topicMatcher } from '../../../shim/events/topic.ts'

const test = suite('topic')

test('checkPath() takes paths within the own host, and refuses what none can be', () => {
  for (const path of ['', 'inner', 'inner.second']) checkPath(path)
  for (const path of ['..', '.', 'inner.', '.inner', 'Inner', '../other']) {
    assert.throws(() => checkPath(path), /Cannot use events at/, path)
  }
})

test('checkTopic() and topicMatcher() refuse what is no topic, and no pattern', () => {
  checkTopic('orders.paid')
  for (const topic of ['', 'a..b', 'a b', 'orders.*']) assert.throws(() => checkTopic(topic), /Cannot publish/, topic)
  for (const pattern of ['', 'a..b', '**.a']) assert.throws(() => topicMatcher(pattern), /Cannot subscribe/, pattern)
  assert.equal(['orders', 'orders.paid', 'orders.paid.late'].map(topicMatcher('orders.*')), [false, true, false])
  assert.equal(['orders', 'orders.paid', 'orders.paid.late'].map(topicMatcher('orders.**')), [false, true, true])
})

test.run()
