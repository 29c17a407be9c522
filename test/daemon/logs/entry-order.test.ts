// Entries come out in the order in which they began.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EntryOrder } from '../../../daemon/logs/entry-order.ts'
import type { LogEntry } from '../../../protocol/words.ts'

const entry = (text: string): LogEntry => ({ time: '1', source: 'stdout', tags: [], text })
const textsOf = (order: EntryOrder) => order.take().map(({ text }) => text)

test('take() gives what is whole at once, and holds back what began behind an entry that goes on', () => {
  const order = new EntryOrder(true)
  const [open, later] = [entry('open'), entry('later')]
  order.add(entry('first'))
  order.begin(open)
  order.add(entry('second'))
  order.begin(later)
  order.end(later)
  assert.equal(textsOf(order), ['first'])
  order.end(open)
  assert.equal(textsOf(order), ['open', 'second', 'later'])
  assert.equal(textsOf(order), [])
})

test('end() lets go of what began before the next one that goes on, and of no more', () => {
  const order = new EntryOrder(true)
  const [one, two] = [entry('one'), entry('two')]
  order.begin(one)
  order.add(entry('between'))
  order.begin(two)
  order.add(entry('behind'))
  order.end(one)
  assert.equal(textsOf(order), ['one', 'between'])
  order.end(two)
  assert.equal(textsOf(order), ['two', 'behind'])
})

test('EntryOrder that is not strict gives entries as they end', () => {
  const order = new EntryOrder(false)
  const open = entry('open')
  order.begin(open)
  order.add(entry('whole'))
  assert.equal(textsOf(order), ['whole'])
  order.end(open)
  assert.equal(textsOf(order), ['open'])
})

test('loosen() gives at once what waited for one that goes on, and that one when it ends', () => {
  const order = new EntryOrder(true)
  const open = entry('open')
  order.begin(open)
  order.add(entry('whole'))
  order.loosen()
  assert.equal(textsOf(order), ['whole'])
  order.end(open)
  assert.equal(textsOf(order), ['open'])
})

test('isOverfull is true where a mebibyte waits, be it in texts or in many that are empty', () => {
  const long = new EntryOrder(true)
  long.begin(entry('x'.repeat(1024 * 1024)))
  assert.ok(long.isOverfull)
  const many = new EntryOrder(true)
  const open = entry('')
  many.begin(open)
  for (let nth = 0; nth < 11_000; nth++) many.add(entry(''))
  assert.ok(many.isOverfull)
  many.end(open)
  assert.not.ok(many.isOverfull)
})

test.run()
