import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parts } from '../../../page/state/marks.ts'

test('parts() cuts a line where the text stands, upper and lower case alike', () => {
  assert.equal(parts('Error: an error', 'error'), ['', 'Error', ': an ', 'error', ''])
  assert.equal(parts('nothing', 'x'), ['nothing'])
  assert.equal(parts('a', ''), ['a'])
  assert.equal(parts('aaa', 'aa'), ['', 'aa', 'a'])
})

test('parts() is always the whole line', () => {
  for (const line of ['İstanbul i', 'x', '', '<b>a</b>']) assert.is(parts(line, 'i').join(''), line)
})

test.run()
