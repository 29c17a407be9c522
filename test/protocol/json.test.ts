// Values as JSON.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { toJson } from '../../protocol/json.ts'

test('toJson() writes null where there is no JSON form, as within a list', () => {
  assert.equal([toJson({ a: [1] }), toJson(undefined), toJson(() => {})], ['{"a":[1]}', 'null', 'null'])
})

test('toJson() refuses what can have none', () => {
  const cycle: unknown[] = []
  cycle.push(cycle)
  for (const value of [1n, cycle]) assert.throws(() => toJson(value), /^The answer is not JSON: /)
})

test.run()
