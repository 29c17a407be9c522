// The statistics of the bench: small cases by hand, and what must hold for any samples.
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { median, p95 } from '../../../scripts/bench/statistics.ts'

const test = suite('statistics')

test('median() is the middle one, or between the two in the middle', () => {
  assert.is(median([3]), 3)
  assert.is(median([9, 1, 5]), 5)
  assert.is(median([10, 1, 2, 4]), 3)
  // By number and not by text.
  assert.is(median([100, 20, 3]), 20)
})

test('p95() is the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  assert.is(p95(hundred.toReversed()), 95)
  assert.is(p95([7]), 7)
  assert.is(p95([1, 2, 3]), 3)
})

test('of nothing, both are not a number', () => {
  assert.ok(Number.isNaN(median([])))
  assert.ok(Number.isNaN(p95([])))
})

test('median() has as many samples below as above, p95() is a sample and not below the median, and neither sorts in place', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), samples => {
      const before = [...samples]
      const [middle, high] = [median(samples), p95(samples)]
      assert.equal(samples, before)
      assert.ok(samples.filter(sample => sample < middle).length <= samples.length / 2)
      assert.ok(samples.filter(sample => sample > middle).length <= samples.length / 2)
      assert.ok(samples.includes(high))
      assert.ok(high >= middle)
    }),
  )
})

test.run()
