import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Asked, newItem } from '../../../pods/queue/item.ts'
import { workPolicyOf } from '../../../pods/queue/policy.ts'
import { asked } from './made.ts'

const limits = { nowMs: 5000, maxBytes: 20, newId: () => 'made' }
const read = (over: Partial<Asked> = {}) => newItem(asked(over), workPolicyOf({ itemRetries: 7 }), limits)

test('newItem() fills in what the worker says, and its own id', () => {
  const item = read()
  assert.is(item.id, 'made')
  assert.is(item.retries, 7)
  assert.is(item.backoffMs, 1000)
  assert.is(item.dueMs, 5000)
  assert.is(item.sameUntilMs, 0)
  assert.is(item.args, '[1]')
  const named = read({ id: 'x', windowMs: 100, retries: 0, dueMs: 9000, priority: -1 })
  assert.equal([named.id, named.sameUntilMs, named.retries, named.dueMs, named.priority], ['x', 5100, 0, 9000, -1])
  assert.is(read({ id: 'x' }).sameUntilMs, 5000 + 3_600_000)
})

test('newItem() refuses what makes no sense, and what is too large', () => {
  const code = (over: Partial<Asked>) => {
    try {
      read(over)
    } catch (error) {
      return (error as { code?: string }).code
    }
    return undefined
  }
  const wrong = [
    { fn: '' },
    { fn: '$/x' },
    { args: 'no' },
    { id: '' },
    { key: 'k'.repeat(300) },
    { retries: -1 },
    { priority: 1.5 },
    { timeoutMs: 0 },
    { dueMs: 9000, deadlineMs: 9000 },
  ] as unknown as Partial<Asked>[]
  for (const over of wrong) assert.is(code(over), 'bad_params', JSON.stringify(over))
  assert.is(code({ args: ['x'.repeat(30)] }), 'too_large')
  assert.is(read({ dueMs: 9000, deadlineMs: 9001 }).deadlineMs, 9001)
  assert.is(read({ deadlineMs: 4000 }).deadlineMs, 4000)
})

test.run()
