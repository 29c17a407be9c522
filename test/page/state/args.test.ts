import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { argsOf } from '../../../page/state/args.ts'

test('argsOf() takes a JSON list, and nothing for an empty one', () => {
  assert.equal(argsOf('[1, "a", null]'), [1, 'a', null])
  assert.equal(argsOf('  '), [])
  for (const other of ['1', '{}', '[', 'null']) assert.is(argsOf(other), undefined, other)
})

test.run()
