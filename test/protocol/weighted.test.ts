import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { weighted } from '../../protocol/weighted.ts'

test('weighted() takes each as often as its weight says, and none without one', () => {
  const [a, b, none] = [{ weight: 90 }, { weight: 10 }, { weight: 0 }]
  assert.is(weighted([none, a, b], 0), a)
  assert.is(weighted([a, none, b], 0.899), a)
  assert.is(weighted([a, none, b], 0.901), b)
  assert.is(weighted([a, b, none], 1), b)
  assert.is(weighted([none], 0.5), undefined)
  assert.is(weighted([], 0.5), undefined)
})

test.run()
