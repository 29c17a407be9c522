import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rowsIn } from '../../../page/state/window.ts'

test('rowsIn() has the rows on the screen, a few beyond, and room for all others', () => {
  const { first, last, above, below } = rowsIn(1000, { top: 5000, height: 500, row: 50 })
  assert.equal([first, last], [92, 118])
  assert.is(above + (last - first) * 50 + below, 50_000)
})

test('rowsIn() stays within the list, also when it has become shorter than where one was', () => {
  assert.equal(rowsIn(0, { top: 0, height: 500, row: 50 }), { first: 0, last: 0, above: 0, below: 0 })
  assert.equal(rowsIn(3, { top: 9000, height: 500, row: 50 }), { first: 3, last: 3, above: 150, below: 0 })
  assert.equal(rowsIn(3, { top: 0, height: 500, row: 50 }), { first: 0, last: 3, above: 0, below: 0 })
})

test.run()
