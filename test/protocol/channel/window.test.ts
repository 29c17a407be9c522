// How much may be under way.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { costOf, isAmount, readWindow } from '../../../protocol/channel/window.ts'

test('readWindow() takes two numbers of which something can be sent, and nothing else', () => {
  assert.equal(readWindow([16, 1024]), { values: 16, bytes: 1024 })
  for (const odd of [
    undefined,
    null,
    16,
    {},
    [],
    [16],
    [0, 1],
    [1, 0],
    [-1, 5],
    ['16', 1],
    [1, Number.NaN],
    [1e300, 1],
  ])
    assert.is(readWindow(odd), undefined)
})

test('isAmount() is what can be counted with', () => {
  for (const amount of [0, 1, 1.5, Number.MAX_SAFE_INTEGER]) assert.ok(isAmount(amount))
  for (const odd of [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}]) assert.not(isAmount(odd))
})

test('costOf() is the length of a long value, and nothing for a short one', () => {
  assert.equal([costOf('1'), costOf('x'.repeat(1024)), costOf('x'.repeat(1025))], [0, 0, 1025])
})

test.run()
