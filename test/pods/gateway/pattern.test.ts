import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filled, matching } from '../../../pods/gateway/pattern.ts'
import { errorOf } from '../../fails.ts'

test('matching() matches whole names, and filled() puts what was matched in place', () => {
  const found = matching('preview-(\\w+)(-x)?', ['preview-7', 'my-preview-7', 'preview-a-x', 'other'])
  assert.equal(
    [...found],
    [
      ['preview-7', ['preview-7', '7', '']],
      ['preview-a-x', ['preview-a-x', 'a', '-x']],
    ],
  )
  assert.is(filled('$1.test/$0$2$9', found.get('preview-a-x') ?? []), 'a.test/preview-a-x-x')
})

test('matching() ends a pattern that would take for ever, and says what is wrong with one that is none', async () => {
  const slow = await errorOf(() => matching('(a+)+b', [`${'a'.repeat(60)}c`]))
  assert.is(slow.message, 'pattern "(a+)+b" takes more than 200 ms to match')
  assert.match((await errorOf(() => matching('(', []))).message, /^pattern "\(": Invalid regular expression/)
})

test.run()
