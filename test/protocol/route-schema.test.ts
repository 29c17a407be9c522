import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { routeSchema } from '../../protocol/route-schema.ts'

const test = suite('route-schema')

test('routeSchema makes a list of one or several, which it takes again as it is', () => {
  const read = (value: unknown) => v.parse(routeSchema, value)
  assert.equal(read('A.com'), [{ at: 'a.com' }])
  assert.equal(read({ at: 'a.com/x', strip: true }), [{ at: 'a.com/x', strip: true }])
  assert.equal(read({ at: 'a.com', http: 'h2c' }), [{ at: 'a.com', http: 'h2c' }])
  const several = read(['a.com', { at: 'b.com/x', strip: true }])
  assert.equal(several, [{ at: 'a.com' }, { at: 'b.com/x', strip: true }])
  assert.equal(read(several), several)
  for (const wrong of [5, {}, { at: 'a.com', other: 1 }, ['a.com', 'A.com'], [{ at: '' }]]) {
    assert.not.ok(v.safeParse(routeSchema, wrong).success, JSON.stringify(wrong))
  }
})

test.run()
