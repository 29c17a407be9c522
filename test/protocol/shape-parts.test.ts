import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { late, members, optional, text, word } from '../../protocol/shape-parts.ts'

test('members() requires all but those that may be left out', () => {
  const properties = { name: text, state: { enum: ['up', 'idle'] } }
  assert.equal(members({ name: text, state: optional(word('up', 'idle')) }), {
    type: 'object',
    properties,
    required: ['name'],
  })
})

test('late() makes its shape once, when it is first asked for', () => {
  let times = 0
  const made = late(() => {
    times++
    return text
  })
  assert.is(times, 0)
  assert.is(made(), made())
  assert.is(times, 1)
})

test.run()
